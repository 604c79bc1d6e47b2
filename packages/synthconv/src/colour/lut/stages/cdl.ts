/**
 * The Color Decision List of the American Society of Cinematographers (ASC CDL 1.2): slope, offset and power per
 * channel, then saturation around Rec. 709 luma.
 */
import { NUMBER, oneOf } from "../../../core/index.js";
import { type RgbTriple, TRIPLE } from "../tables.js";
import { clamp } from "./clamp.js";
import { checkAboveZero, checkFinite, kindNamed, type MapColour, type StageKind } from "./stage.js";

export const CDL_STYLES = ["Fwd", "Rev", "FwdNoClamp", "RevNoClamp"] as const;
export type CdlStyle = (typeof CDL_STYLES)[number];

/** Clamped to 0 to 1 unless the style says otherwise; then powers leave what is below 0 as it is. */
export interface CdlStage {
  readonly kind: "cdl";
  readonly style: CdlStyle;
  readonly slope: RgbTriple;
  readonly offset: RgbTriple;
  readonly power: RgbTriple;
  readonly saturation: number;
}

const LUMA = [0.2126, 0.7152, 0.0722] as const;

export const cdl: StageKind<CdlStage> = {
  kind: "cdl",
  fields: {
    kind: kindNamed("cdl"),
    style: oneOf(CDL_STYLES),
    slope: TRIPLE,
    offset: TRIPLE,
    power: TRIPLE,
    saturation: NUMBER,
  },
  check(where, { slope, offset, power, saturation }) {
    checkFinite(where, { slope, offset, power, saturation });
    checkAboveZero(where, { power });
  },
  prepare({ style, slope, offset, power, saturation }) {
    const clamps = !style.endsWith("NoClamp");
    return style.startsWith("Rev")
      ? backward(clamps, slope, offset, power, saturation)
      : forward(clamps, slope, offset, power, saturation);
  },
};

type Make = (
  clamps: boolean,
  slope: RgbTriple,
  offset: RgbTriple,
  power: RgbTriple,
  saturation: number,
) => MapColour;

const forward: Make = (clamps, slope, offset, power, saturation) => (colour) => {
  for (const channel of [0, 1, 2] as const) {
    const value = (colour[channel] as number) * slope[channel] + offset[channel];
    colour[channel] = raise(clamps, value, power[channel]);
  }
  saturate(colour, saturation);
  if (clamps) clampColour(colour);
};

const backward: Make = (clamps, slope, offset, power, saturation) => (colour) => {
  if (clamps) clampColour(colour);
  saturate(colour, 1 / saturation);
  for (const channel of [0, 1, 2] as const) {
    const value = raise(clamps, colour[channel] as number, 1 / power[channel]);
    colour[channel] = (value - offset[channel]) / slope[channel];
  }
  if (clamps) clampColour(colour);
};

function raise(clamps: boolean, value: number, power: number): number {
  if (clamps) return clamp(value, 0, 1) ** power;
  return value < 0 ? value : value ** power;
}

function saturate(colour: Float64Array, saturation: number): void {
  const luma = LUMA.reduce((sum, weight, channel) => sum + weight * (colour[channel] as number), 0);
  for (const channel of [0, 1, 2]) colour[channel] = luma + saturation * ((colour[channel] as number) - luma);
}

function clampColour(colour: Float64Array): void {
  for (const channel of [0, 1, 2]) colour[channel] = clamp(colour[channel] as number, 0, 1);
}
