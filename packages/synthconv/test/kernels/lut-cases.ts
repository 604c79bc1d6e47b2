/** Lattices and pixels for the tests of lookups, the same on every run, and what float64 says of them. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Interpolation,
  identityCube,
  type Lut,
  type Lut3D,
  LutSampler,
} from "../../src/colour/index.js";
import { RandomStream } from "../../src/core/index.js";
import { writeCube } from "../../src/format/index.js";
import type { LutPixels } from "../../src/kernels/index.js";
import { withFolder } from "../format/oracles.js";

export const interpolations: readonly Interpolation[] = ["tetrahedral", "trilinear"];

/** Uniform in `low` to `high`. */
export function uniform(length: number, purpose: string, low = 0, high = 1): Float32Array {
  const random = new RandomStream({ seed: 13, purpose });
  return Float32Array.from({ length }, () => low + (high - low) * random.uniform());
}

/** A lattice of random colours: neighbours have nothing in common, so that a wrong corner cannot hide. */
export function randomCube(size: number, part: Partial<Lut3D> = {}): Lut3D {
  return { ...identityCube(size), table: uniform(3 * size ** 3, `cube ${size}`), ...part };
}

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
    random: (length) => Uint8Array.from(uniform(length, "uint8", 0, 256)),
  },
  {
    name: "uint8 clamped",
    scale: 255,
    tolerance: 1e-4,
    random: (length) => Uint8ClampedArray.from(uniform(length, "clamped", 0, 255)),
  },
  {
    name: "uint16",
    scale: 65_535,
    tolerance: 1e-6,
    random: (length) => Uint16Array.from(uniform(length, "uint16", 0, 65_536)),
  },
  { name: "float32", scale: 1, tolerance: 1e-6, random: (length) => uniform(length, "float", -0.2, 1.2) },
  {
    name: "float64",
    scale: 1,
    tolerance: 0,
    random: (length) => Float64Array.from(uniform(length, "float", -0.2, 1.2)),
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
  return withFolder((folder) => {
    const file = join(folder, "look.cube");
    writeFileSync(file, writeCube(lut));
    // Its packed formats round differently from its planar ones, which are the documented way.
    const filter = `format=gbrp16le,lut3d=file=${file}:interp=${interpolation},format=rgb48le`;
    const raw = ["-f", "rawvideo", "-pix_fmt", "rgb48le"];
    const args = [
      "-v",
      "error",
      ...raw,
      "-s",
      `${pixels.length / 3}x1`,
      "-i",
      "-",
      "-vf",
      filter,
      ...raw,
      "-",
    ];
    const { status, stdout, stderr } = spawnSync("ffmpeg", args, {
      input: Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength),
      maxBuffer: 1 << 30,
    });
    if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
    return new Uint16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
  });
}
