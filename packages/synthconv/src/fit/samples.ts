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
  /** Values per pixel: 3, or 4 with an alpha by which the pixel counts. */
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
 * Splits a before/after pair into training and held-out colours. A pixel counts by its alpha before times its alpha
 * after: what nobody sees has any colour, and is left out.
 *
 * @throws {ShapeError} with both sizes when they differ.
 * @throws {ValueError} when the photo has no pixels, or none that is visible.
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
  const chosen = choosePixels(before.width, before.height, options, visibility(before, after));
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

/** Alpha before times alpha after, 0 to 1 per pixel; undefined where every pixel is opaque. */
function visibility(before: PixelView, after: PixelView): Float32Array | undefined {
  const alphas = [before, after].filter(({ channels }) => channels === 4);
  if (alphas.length === 0) return undefined;
  const shares = new Float32Array(before.width * before.height).fill(1);
  for (const { data } of alphas) {
    const top = topOf(data);
    for (let pixel = 0; pixel < shares.length; pixel++) {
      shares[pixel] = ((shares[pixel] as number) * (data[4 * pixel + 3] as number)) / top;
    }
  }
  return shares.every((share) => share === 1) ? undefined : shares;
}

/** Indices of pixels for training and for the test; one of each at least. */
function choosePixels(
  width: number,
  height: number,
  options: PairSamplingOptions,
  shares: Float32Array | undefined,
): { training: Uint32Array; heldOut: Uint32Array } {
  const { seed, index = 0, limit = Number.POSITIVE_INFINITY } = options;
  const pixels = width * height;
  if (pixels === 0) throw new ValueError({ where: "pair", expected: "photos with pixels", received: "none" });
  const blocksAcross = Math.ceil(width / BLOCK_SIDE);
  const isHeldOut = heldOutBlocks(blocksAcross * Math.ceil(height / BLOCK_SIDE), seed, index);
  const jitter = new RandomStream({ seed, purpose: `sample-pixels:${index}` });
  const training: number[] = [];
  const heldOut: number[] = [];
  const picks = shares === undefined ? evenly(pixels, limit, jitter) : byShare(shares, limit, jitter);
  for (const pixel of picks) {
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

/** Stratified: one pixel from each of `limit` equal stretches, all pixels when there is no limit. */
function* evenly(pixels: number, limit: number, jitter: RandomStream): Generator<number> {
  const count = Math.min(pixels, limit);
  for (let nth = 0; nth < count; nth++) {
    yield count === pixels ? nth : Math.floor(((nth + jitter.uniform()) * pixels) / count);
  }
}

/** The same where pixels count by their shares: stretches of equal sums, in each a pixel by its share of the sum. */
function* byShare(shares: Float32Array, limit: number, jitter: RandomStream): Generator<number> {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (total === 0) {
    throw new ValueError({
      where: "pair",
      expected: "photos with visible pixels",
      received: "none that is visible before and after: all are transparent",
      repair: "Export both photos without transparency.",
    });
  }
  const count = Math.min(Math.ceil(total), limit);
  let pixel = 0;
  let passed = shares[0] as number;
  for (let nth = 0; nth < count; nth++) {
    const position = ((nth + jitter.uniform()) * total) / count;
    while (passed <= position && pixel < shares.length - 1) passed += shares[++pixel] as number;
    // Rounding may leave the last position behind the last visible pixel.
    if ((shares[pixel] as number) > 0) yield pixel;
  }
}

function heldOutBlocks(blocks: number, seed: number, index: number): boolean[] {
  const stream = new RandomStream({ seed, purpose: `held-out-blocks:${index}` });
  return Array.from({ length: blocks }, () => stream.uniform() < HELD_OUT_SHARE);
}

function gatherColours(before: PixelView, after: PixelView, pixels: Uint32Array): ColourSamples {
  return { input: gatherPlanes(before, pixels), target: gatherPlanes(after, pixels) };
}

function gatherPlanes({ data, channels }: PixelView, pixels: Uint32Array): Float32Array {
  const top = topOf(data);
  const planes = new Float32Array(3 * pixels.length);
  for (let nth = 0; nth < pixels.length; nth++) {
    const from = (pixels[nth] as number) * channels;
    for (let channel = 0; channel < 3; channel++) {
      planes[channel * pixels.length + nth] = (data[from + channel] as number) / top;
    }
  }
  return planes;
}

/** The sample that stands for 1. */
function topOf(data: PixelView["data"]): number {
  return data instanceof Float32Array ? 1 : data instanceof Uint16Array ? 65_535 : 255;
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
