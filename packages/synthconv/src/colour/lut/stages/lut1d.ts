/** Curves over evenly spaced inputs, straight lines between them. */
import { checkTable, isIdentityShaper, type Lut1D, TABLE_FIELDS } from "../tables.js";
import { clamp, clampToDomain } from "./clamp.js";
import { kindNamed, type MapColour, type StageKind } from "./stage.js";

export const lut1d: StageKind<Lut1D> = {
  kind: "lut1d",
  fields: { kind: kindNamed("lut1d"), ...TABLE_FIELDS },
  check: (where, curves) => checkTable(where, curves, [curves.size, 3]),
  prepare: (curves) => (isIdentityShaper(curves) ? clampToDomain(curves) : mapThrough(curves)),
};

function mapThrough({ size, table, domainMin, domainMax }: Lut1D): MapColour {
  return (colour) => {
    for (const channel of [0, 1, 2] as const) {
      const min = domainMin[channel];
      const max = domainMax[channel];
      const position = ((clamp(colour[channel] as number, min, max) - min) / (max - min)) * (size - 1);
      const step = Math.min(Math.trunc(position), size - 2);
      const from = table[3 * step + channel] as number;
      const to = table[3 * step + 3 + channel] as number;
      colour[channel] = from + (to - from) * (position - step);
    }
  };
}
