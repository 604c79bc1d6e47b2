import type { Lut1D, Lut3D } from "../tables.js";
import type { MapColour } from "./stage.js";

/** NaN stays NaN. */
export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

/** What a table that is the identity still does. */
export function clampToDomain({ domainMin, domainMax }: Lut1D | Lut3D): MapColour {
  return (colour) => {
    for (const channel of [0, 1, 2] as const) {
      colour[channel] = clamp(colour[channel] as number, domainMin[channel], domainMax[channel]);
    }
  };
}
