import { check, type FloatArray, type Kind, oneOf, STRING } from "../core/index.js";
import { checkLut, isIdentityCube, isIdentityShaper, type Lut, type Lut1D, type Lut3D } from "./lut.js";
import { type CellInterpolation, interpolateTetrahedral, interpolateTrilinear } from "./lut-interpolation.js";
import { checkSameLength, type PixelLayout, pixelStrides } from "./pixels.js";

export type Interpolation = "tetrahedral" | "trilinear";

export const INTERPOLATION: Kind<Interpolation> = oneOf(["tetrahedral", "trilinear"]);

/** One stage of a lookup: maps the colour in `colour[0..2]` in place. */
type Stage = (colour: Float64Array) => void;

/**
 * A lookup table made ready to sample: checked once, stages that change nothing left out.
 *
 * Colours outside a table's domain are clamped to it, channel by channel. A table that is the identity to the
 * six decimals of a .cube file is treated as exactly that, so an identity LUT returns the very bits it was given
 * (within its domain). NaN stays NaN.
 */
export class LutSampler {
  readonly #stages: readonly Stage[];

  /**
   * @param where who is named when a table is refused.
   * @throws {ValueError | ShapeError | NonFiniteError} when a table is not sound, see `checkLut`, or the interpolation
   *   another.
   */
  constructor(lut: Lut, interpolation: Interpolation = "tetrahedral", where = "LutSampler") {
    check("LutSampler", "where", where, STRING);
    checkLut(where, lut);
    check(where, "interpolation", interpolation, INTERPOLATION);
    const stages: Stage[] = [];
    if (lut.shaper) stages.push(shaperStage(lut.shaper));
    if (lut.cube) stages.push(cubeStage(lut.cube, interpolation));
    this.#stages = stages;
  }

  /**
   * Maps N colours from `source` to `target`, which may be the same array.
   *
   * @throws {ShapeError} when the lengths differ or are no multiple of 3.
   * @throws {ValueError} for arrays of another kind and another layout.
   */
  apply(source: FloatArray, target: FloatArray, layout: PixelLayout = "interleaved"): void {
    checkSameLength("LutSampler.apply", "source", source, "target", target);
    const { count, pixel, channel } = pixelStrides("LutSampler.apply", source, layout);
    const colour = new Float64Array(3);
    for (let index = 0, red = 0; index < count; index++, red += pixel) {
      colour[0] = source[red] as number;
      colour[1] = source[red + channel] as number;
      colour[2] = source[red + 2 * channel] as number;
      for (const stage of this.#stages) stage(colour);
      target[red] = colour[0] as number;
      target[red + channel] = colour[1] as number;
      target[red + 2 * channel] = colour[2] as number;
    }
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

function clampStage({ domainMin, domainMax }: Lut1D | Lut3D): Stage {
  return (colour) => {
    for (const channel of [0, 1, 2] as const) {
      colour[channel] = clamp(colour[channel] as number, domainMin[channel], domainMax[channel]);
    }
  };
}

function shaperStage(shaper: Lut1D): Stage {
  if (isIdentityShaper(shaper)) return clampStage(shaper);
  const { size, table, domainMin, domainMax } = shaper;
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

function cubeStage(cube: Lut3D, interpolation: Interpolation): Stage {
  if (isIdentityCube(cube)) return clampStage(cube);
  const { size, table } = cube;
  const [minRed, minGreen, minBlue] = cube.domainMin;
  const [maxRed, maxGreen, maxBlue] = cube.domainMax;
  const steps = size - 1;
  const strides = { red: 3, green: 3 * size, blue: 3 * size * size };
  const interpolate: CellInterpolation =
    interpolation === "trilinear" ? interpolateTrilinear : interpolateTetrahedral;
  return (colour) => {
    const red = ((clamp(colour[0] as number, minRed, maxRed) - minRed) / (maxRed - minRed)) * steps;
    const green =
      ((clamp(colour[1] as number, minGreen, maxGreen) - minGreen) / (maxGreen - minGreen)) * steps;
    const blue = ((clamp(colour[2] as number, minBlue, maxBlue) - minBlue) / (maxBlue - minBlue)) * steps;
    const cellRed = Math.min(Math.trunc(red), size - 2);
    const cellGreen = Math.min(Math.trunc(green), size - 2);
    const cellBlue = Math.min(Math.trunc(blue), size - 2);
    const origin = cellRed * strides.red + cellGreen * strides.green + cellBlue * strides.blue;
    interpolate(table, strides, origin, red - cellRed, green - cellGreen, blue - cellBlue, colour);
  };
}
