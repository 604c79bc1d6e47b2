/** Colours before and after of a pair of photos. */
import { checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { kind, numberAs, optional, whole } from "../core/kinds.js";
import { RandomStream } from "../core/random.js";
import { checkView, type PixelView, topOf } from "../pairs/index.js";
import type { ColourSamples } from "./samples.js";

export interface SampleSplit {
  readonly training: ColourSamples;
  /** Pixels of blocks that training never sees. */
  readonly heldOut: ColourSamples;
  /** The same pixels, training and held out, by the quarter of the photo that they lie in: for `crossValidate`. */
  readonly quarters: readonly ColourSamples[];
}

export interface PairSamplingOptions {
  readonly seed: number;
  /** Tells several pairs of one training apart; 0 for the first. */
  readonly index?: number;
  /** Most pixels to take, training and held out together; spread evenly over the photo. */
  readonly limit?: number;
}

const PAIR_OPTIONS: Fields<PairSamplingOptions> = {
  seed: whole(0),
  index: optional(whole(0)),
  limit: optional(
    kind<number>(
      "a whole number of 1 or more, or Infinity",
      (value) => whole(1).accepts(value) || value === Number.POSITIVE_INFINITY,
    ),
  ),
};

/** Side of the blocks that are held out whole: neighbours of a training pixel are no independent test. */
const BLOCK_SIDE = 16;
/** One block in ten is held out. */
const HELD_OUT_SHARE = 0.1;

/**
 * Splits a before/after pair into training and held-out colours. A pixel counts by its alpha before times its alpha
 * after: what nobody sees has any colour, and is left out.
 *
 * @throws {ShapeError} with both sizes when they differ.
 * @throws {ValueError} when an argument is of another kind, or no pixel is visible.
 */
export function samplePair(before: PixelView, after: PixelView, options: PairSamplingOptions): SampleSplit {
  checkView("samplePair", "before", before);
  checkView("samplePair", "after", after);
  checkOptions("samplePair", options, PAIR_OPTIONS, { repair: numberAs("seed") });
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
    quarters: quartersOf(before, [...new Set([chosen.training, chosen.heldOut])]).map((pixels) =>
      gatherColours(before, after, pixels),
    ),
  };
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

/** Indices by quarter: upper left, upper right, lower left, lower right. */
function quartersOf({ width, height }: PixelView, parts: readonly Uint32Array[]): Uint32Array[] {
  const quarterOf = (pixel: number): number =>
    2 * Number(Math.floor(pixel / width) >= height / 2) + Number(pixel % width >= width / 2);
  const sizes = [0, 0, 0, 0];
  for (const part of parts)
    for (const pixel of part) sizes[quarterOf(pixel)] = (sizes[quarterOf(pixel)] ?? 0) + 1;
  const quarters = sizes.map((size) => new Uint32Array(size));
  const filled = [0, 0, 0, 0];
  for (const part of parts) {
    for (const pixel of part) {
      const quarter = quarterOf(pixel);
      const at = filled[quarter] as number;
      (quarters[quarter] as Uint32Array)[at] = pixel;
      filled[quarter] = at + 1;
    }
  }
  return quarters;
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
