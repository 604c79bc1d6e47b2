/** Pixels for the tests of lookups, the same on every run, and what float64 says of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { filterPixels } from "../../../../../test-support/ffmpeg.js";
import { temporaryFolder } from "../../../../../test-support/folders.js";
import { uniformNumbers } from "../../../../../test-support/numbers.js";
import { type Interpolation, type Lut, LutSampler } from "../../../src/colour/index.js";
import { writeCube } from "../../../src/format/index.js";
import type { LutPixels } from "../../../src/kernels/index.js";

export const interpolations: readonly Interpolation[] = ["tetrahedral", "trilinear"];

export interface PixelKind {
  readonly name: string;
  readonly scale: number;
  /** How far from a half a number may be rounded the wrong way. */
  readonly tolerance: number;
  /** Random pixels over the whole range; floats a little beyond 0 to 1. */
  readonly random: (length: number) => LutPixels;
}

export const pixelKinds: readonly PixelKind[] = [
  {
    name: "uint8",
    scale: 255,
    tolerance: 1e-4,
    random: (length) => Uint8Array.from(uniformNumbers(length, "uint8", { low: 0, high: 256 })),
  },
  {
    name: "uint8 clamped",
    scale: 255,
    tolerance: 1e-4,
    random: (length) => Uint8ClampedArray.from(uniformNumbers(length, "clamped", { low: 0, high: 255 })),
  },
  {
    name: "uint16",
    scale: 65_535,
    tolerance: 1e-6,
    random: (length) => Uint16Array.from(uniformNumbers(length, "uint16", { low: 0, high: 65_536 })),
  },
  {
    name: "float32",
    scale: 1,
    tolerance: 1e-6,
    random: (length) => uniformNumbers(length, "float", { low: -0.2, high: 1.2 }),
  },
  {
    name: "float64",
    scale: 1,
    tolerance: 0,
    random: (length) => Float64Array.from(uniformNumbers(length, "float", { low: -0.2, high: 1.2 })),
  },
];

/** What `LutSampler` makes of interleaved pixels in float64, in their own numbers; alpha as it is. */
export function exactly(
  lut: Lut,
  pixels: LutPixels,
  channels: 3 | 4,
  { scale }: PixelKind,
  interpolation: Interpolation,
): Float64Array {
  const isColour = (_: number, index: number): boolean => index % channels < 3;
  const colours = Float64Array.from(pixels).filter(isColour);
  const scaled = colours.map((value) => value / scale);
  new LutSampler(lut, interpolation).apply(scaled, scaled);
  const result = Float64Array.from(pixels);
  let entry = 0;
  result.forEach((_, index) => {
    if (isColour(0, index)) result[index] = (scaled[entry++] as number) * scale;
  });
  return result;
}

/** The largest distance between whole numbers and the exact ones, clamped to their range, beyond a half. */
export function beyondRounding(actual: LutPixels, expected: Float64Array, { scale }: PixelKind): number {
  if (actual.length !== expected.length) return Number.NaN;
  return expected.reduce((worst, value, index) => {
    const clamped = Math.min(Math.max(value, 0), scale);
    return Math.max(worst, Math.abs((actual[index] as number) - clamped) - 0.5);
  }, 0);
}

/** What ffmpeg's lut3d makes of interleaved 16-bit RGB; it cuts the fraction off where others round. */
export function ffmpegLut3d(lut: Lut, pixels: Uint16Array, interpolation: Interpolation): Uint16Array {
  const file = join(temporaryFolder(), "look.cube");
  writeFileSync(file, writeCube(lut));
  // Its packed formats round differently from its planar ones, which are the documented way.
  const filter = `format=gbrp16le,lut3d=file=${file}:interp=${interpolation},format=rgb48le`;
  return filterPixels(pixels, filter);
}
