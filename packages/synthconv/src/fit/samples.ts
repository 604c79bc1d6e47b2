/** Colours before and after: what a look is trained on and measured with. */

import { identityCube, type Lut, UNIT_DOMAIN } from "../colour/index.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { RandomStream } from "../core/random.js";
import { applyLut } from "../kernels/index.js";

/** P pairs of colours, sRGB-encoded, 0 to 1. */
export interface ColourSamples {
  /** Colours before, planar `[3,P]`. */
  readonly input: Float32Array;
  /** Colours after, planar `[3,P]`. */
  readonly target: Float32Array;
}

/** Pixels of a photo as an image file holds them: interleaved, whole numbers over their full range. */
export interface PixelView {
  readonly width: number;
  readonly height: number;
  /** Values per pixel: 3, or 4 with an alpha that is ignored. */
  readonly channels: 3 | 4;
  readonly data: Uint8Array | Uint16Array | Float32Array;
}

export interface SampleSplit {
  readonly training: ColourSamples;
  /** Pixels of blocks that training never sees. */
  readonly heldOut: ColourSamples;
}

export interface PairSamplingOptions {
  readonly seed: number;
  /** Tells several pairs of one training apart; 0 for the first. */
  readonly index?: number;
  /** Most pixels to take, training and held out together; spread evenly over the photo. */
  readonly limit?: number;
}

/** Side of the blocks that are held out whole: neighbours of a training pixel are no independent test. */
const BLOCK_SIDE = 16;
/** One block in ten is held out. */
const HELD_OUT_SHARE = 0.1;

export function sampleCount(samples: ColourSamples): number {
  return samples.input.length / 3;
}

/**
 * Splits a before/after pair into training and held-out colours.
 *
 * @throws {ShapeError} with both sizes when they differ.
 * @throws {ValueError} when the photo has no pixels.
 */
export function samplePair(before: PixelView, after: PixelView, options: PairSamplingOptions): SampleSplit {
  if (before.width !== after.width || before.height !== after.height) {
    throw new ShapeError({
      where: "pair",
      expected: "two photos of the same size",
      received: `${before.width} x ${before.height} before and ${after.width} x ${after.height} after`,
      repair: "Export the edited photo without crop, rotation or resize.",
    });
  }
  const chosen = choosePixels(before.width, before.height, options);
  return {
    training: gatherColours(before, after, chosen.training),
    heldOut: gatherColours(before, after, chosen.heldOut),
  };
}

/** Samples end to end. */
export function concatSamples(parts: readonly ColourSamples[]): ColourSamples {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const total = parts.reduce((sum, part) => sum + sampleCount(part), 0);
  const joined = { input: new Float32Array(3 * total), target: new Float32Array(3 * total) };
  let start = 0;
  for (const part of parts) {
    const count = sampleCount(part);
    for (let channel = 0; channel < 3; channel++) {
      const plane = channel * count;
      joined.input.set(part.input.subarray(plane, plane + count), channel * total + start);
      joined.target.set(part.target.subarray(plane, plane + count), channel * total + start);
    }
    start += count;
  }
  return joined;
}

/** Indices of pixels for training and for the test; one of each at least. */
function choosePixels(
  width: number,
  height: number,
  { seed, index = 0, limit = Number.POSITIVE_INFINITY }: PairSamplingOptions,
): { training: Uint32Array; heldOut: Uint32Array } {
  const pixels = width * height;
  if (pixels === 0) throw new ValueError({ where: "pair", expected: "photos with pixels", received: "none" });
  const blocksAcross = Math.ceil(width / BLOCK_SIDE);
  const isHeldOut = heldOutBlocks(blocksAcross * Math.ceil(height / BLOCK_SIDE), seed, index);
  const count = Math.min(pixels, limit);
  const jitter = new RandomStream({ seed, purpose: `sample-pixels:${index}` });
  const training: number[] = [];
  const heldOut: number[] = [];
  for (let nth = 0; nth < count; nth++) {
    // Stratified: one pixel from each of `count` equal stretches, all pixels when there is no limit.
    const pixel = count === pixels ? nth : Math.floor(((nth + jitter.uniform()) * pixels) / count);
    const row = Math.floor(pixel / width);
    const block =
      Math.floor(row / BLOCK_SIDE) * blocksAcross + Math.floor((pixel - row * width) / BLOCK_SIDE);
    (isHeldOut[block] ? heldOut : training).push(pixel);
  }
  // A photo of a few blocks may end up without one of the two parts: then both see all of it.
  const all =
    training.length === 0 || heldOut.length === 0 ? Uint32Array.from([...training, ...heldOut]) : undefined;
  return { training: all ?? Uint32Array.from(training), heldOut: all ?? Uint32Array.from(heldOut) };
}

function heldOutBlocks(blocks: number, seed: number, index: number): boolean[] {
  const stream = new RandomStream({ seed, purpose: `held-out-blocks:${index}` });
  return Array.from({ length: blocks }, () => stream.uniform() < HELD_OUT_SHARE);
}

function gatherColours(before: PixelView, after: PixelView, pixels: Uint32Array): ColourSamples {
  return { input: gatherPlanes(before, pixels), target: gatherPlanes(after, pixels) };
}

function gatherPlanes({ data, channels }: PixelView, pixels: Uint32Array): Float32Array {
  const top = data instanceof Float32Array ? 1 : data instanceof Uint16Array ? 65_535 : 255;
  const planes = new Float32Array(3 * pixels.length);
  for (let nth = 0; nth < pixels.length; nth++) {
    const from = (pixels[nth] as number) * channels;
    for (let channel = 0; channel < 3; channel++) {
      planes[channel * pixels.length + nth] = (data[from + channel] as number) / top;
    }
  }
  return planes;
}

/** Colours that a LUT is learned from: enough that 451 weights cannot learn them by heart. */
const LUT_SAMPLES = 2 ** 19;

/**
 * Random colours, even over the LUT's domain, and what the LUT makes of them (tetrahedral).
 *
 * Random colours beat the lattice's own nodes: the network then also learns what lies between them.
 */
export function sampleLut(
  lut: Lut,
  { seed, count = LUT_SAMPLES }: { seed: number; count?: number },
): ColourSamples {
  const { domainMin, domainMax } = lut.shaper ?? lut.cube ?? UNIT_DOMAIN;
  const stream = new RandomStream({ seed, purpose: "sample-lut" });
  const input = new Float32Array(3 * count);
  for (let nth = 0; nth < count; nth++) {
    for (const channel of [0, 1, 2] as const) {
      const low = Math.max(0, domainMin[channel]);
      const high = Math.min(1, domainMax[channel]);
      input[channel * count + nth] = low + (high - low) * stream.uniform();
    }
  }
  return { input, target: applyLut(lut, input, { layout: "planar" }) };
}

/** Every node of a 3D LUT's lattice inside 0 to 1, or of a 17-node one for a LUT of curves alone. */
export function latticeSamples(lut: Lut): ColourSamples {
  const nodes = identityCube(lut.cube?.size ?? 17).table;
  const count = nodes.length / 3;
  const input = new Float32Array(nodes.length);
  for (let nth = 0; nth < count; nth++) {
    for (let channel = 0; channel < 3; channel++)
      input[channel * count + nth] = nodes[3 * nth + channel] as number;
  }
  return { input, target: applyLut(lut, input, { layout: "planar" }) };
}
