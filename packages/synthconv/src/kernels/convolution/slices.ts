/**
 * How a convolution is cut into slices, the unit of work of a thread and of a sum: ranges of samples, or of parts of
 * a sample, its bands. The cut depends on the sizes alone, so that sums are the same bits at any number of threads.
 */
import { noteChoice } from "../../core/choices.js";
import { MAX_SLICES } from "../threads/parallel.js";
import type { ConvolutionSizes } from "./geometry/correlation.js";
import type { TileRange } from "./geometry/correlator.js";

// README.md, constants.
const MIN_OPERATIONS = 1 << 21;
const MIN_OPERATIONS_A_SUM = 1024;
const MAX_SUMS = 1 << 22;

export interface Slicing {
  readonly slices: number;
  /** Parts of a sample, as equal as its tiles allow. */
  readonly bands: number;
}

/** Everything at once, sample after sample. */
export const WHOLE: Slicing = { slices: 1, bands: 1 };

/** Of one pass; a multiply-add counts as two. */
export function operationsOf(sizes: ConvolutionSizes): number {
  return 2 * sizes.batch * setLength(sizes) * sizes.output[0] * sizes.output[1];
}

/** Numbers of one set of weights. */
export function setLength({ groups, groupInputs, groupOutputs, kernel }: ConvolutionSizes): number {
  return groups * groupOutputs * groupInputs * kernel[0] * kernel[1];
}

/** For results that every slice writes to a place of its own. */
export function slicingOf(sizes: ConvolutionSizes): Slicing {
  return cut(sizes, MIN_OPERATIONS, MAX_SLICES);
}

/** For the gradient of the weights, where every slice has sums of its own. */
export function sumSlicingOf(sizes: ConvolutionSizes): Slicing {
  const sums = setLength(sizes);
  const least = Math.max(MIN_OPERATIONS, MIN_OPERATIONS_A_SUM * sums);
  return cut(sizes, least, Math.min(MAX_SLICES, Math.max(2, Math.floor(MAX_SUMS / sums))));
}

function cut(sizes: ConvolutionSizes, leastOperations: number, most: number): Slicing {
  const { batch } = sizes;
  const slices = Math.max(1, Math.min(most, Math.floor(operationsOf(sizes) / leastOperations)));
  return { slices, bands: Math.ceil(slices / Math.max(1, batch)) };
}

/** Bands [from, to) of a sample. */
export interface SamplePart {
  readonly sample: number;
  readonly from: number;
  readonly to: number;
}

/** The samples of slice `index`, each with its bands. */
export function samplesOf(batch: number, { slices, bands }: Slicing, index: number): SamplePart[] {
  noteChoice("conv2d slices", bands > 1 ? "parts of a sample" : slices > 1 ? "samples" : "all at once");
  const first = Math.floor((batch * bands * index) / slices);
  const end = Math.floor((batch * bands * (index + 1)) / slices);
  const parts: SamplePart[] = [];
  for (let unit = first; unit < end; ) {
    const sample = Math.floor(unit / bands);
    const next = Math.min(end, (sample + 1) * bands);
    parts.push({ sample, from: unit - sample * bands, to: next - sample * bands });
    unit = next;
  }
  return parts;
}

/** The tiles of some bands. */
export function tilesOfBands(tiles: number, { bands }: Slicing, { from, to }: SamplePart): TileRange {
  return [Math.floor((tiles * from) / bands), Math.floor((tiles * to) / bands)];
}

/** The sums of a slice: `length` numbers for those of the weights from `offset` on. */
export interface SumRow {
  readonly offset: number;
  readonly length: number;
}

/** What of the weights' gradient a slice adds to: all, or the sets of its own samples. */
export function sumRowOf(sizes: ConvolutionSizes, slicing: Slicing, index: number): SumRow {
  if (sizes.weightStep === 0) return { offset: 0, length: setLength(sizes) };
  const parts = samplesOf(sizes.batch, slicing, index);
  return { offset: (parts[0]?.sample ?? 0) * sizes.weightStep, length: parts.length * sizes.weightStep };
}
