/** Groups of numbers less their mean, over their standard deviation. */
import { choose, type Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { RunningSum } from "../../core/sums.js";
import { forEachChunk, type Kernel, kernelFor, LONGEST_LINE, load, PLACES, unload } from "./memory.js";

/** An array seen as [outer, groups, inner]: the entries of a group are those of all `outer` and `inner`. */
export interface Groups {
  readonly outer: number;
  readonly groups: number;
  readonly inner: number;
}

/** What is done to a run of a group, from its first index to before the last. */
interface RunWork {
  readonly sum: (data: FloatArray, start: number, end: number) => number;
  readonly squaredDistances: (data: FloatArray, start: number, end: number, centre: number) => number;
  /** Of the upstream gradient times the distance of the other run from the centre. */
  readonly products: (
    upstream: FloatArray,
    data: FloatArray,
    start: number,
    end: number,
    centre: number,
  ) => number;
  readonly normalize: (
    data: FloatArray,
    out: FloatArray,
    start: number,
    end: number,
    centre: number,
    scale: number,
  ) => void;
  readonly gradient: (
    upstream: FloatArray,
    data: FloatArray,
    out: FloatArray,
    start: number,
    end: number,
    normal: NormalSlope,
  ) => void;
}

interface NormalSlope {
  readonly centre: number;
  readonly scale: number;
  /** The mean of the upstream gradients. */
  readonly average: number;
  /** The mean of their products with the normalised entries. */
  readonly slope: number;
}

type NormalImplementation = Implementation<[view: Groups, sample: FloatArray], RunWork>;

function workFor(view: Groups, sample: FloatArray): RunWork {
  return choose("normalisation", [wasm, reference], view, sample);
}

const reference: NormalImplementation = {
  name: "reference",
  prepare: () => ({
    sum: (data, start, end) => {
      let sum = 0;
      for (let i = start; i < end; i++) sum += data[i] as number;
      return sum;
    },
    squaredDistances: (data, start, end, centre) => {
      let sum = 0;
      for (let i = start; i < end; i++) sum += ((data[i] as number) - centre) ** 2;
      return sum;
    },
    products: (upstream, data, start, end, centre) => {
      let sum = 0;
      for (let i = start; i < end; i++) sum += (upstream[i] as number) * ((data[i] as number) - centre);
      return sum;
    },
    normalize: (data, out, start, end, centre, scale) => {
      for (let i = start; i < end; i++) out[i] = ((data[i] as number) - centre) * scale;
    },
    gradient: (upstream, data, out, start, end, { centre, scale, average, slope }) => {
      const along = scale * slope;
      for (let i = start; i < end; i++) {
        out[i] = scale * ((upstream[i] as number) - average - ((data[i] as number) - centre) * along);
      }
    },
  }),
};

// Below it the copies and the calls cost more than the loops.
const MIN_RUN = 64;

const wasm: NormalImplementation = {
  name: "wasm",
  prepare: ({ inner }, sample) => {
    const kernel = inner < MIN_RUN ? undefined : kernelFor(sample);
    return kernel === undefined ? undefined : onKernel(kernel);
  },
};

function onKernel(kernel: Kernel): RunWork {
  const { a, b, out: place } = PLACES;
  const [loadA, loadB] = [loaderOf(a), loaderOf(b)];
  const summed = (start: number, end: number, part: (first: number, last: number) => number): number => {
    let sum = 0;
    forEachChunk(
      start,
      end,
      (first, last) => {
        sum += part(first, last);
      },
      LONGEST_LINE,
    );
    return sum;
  };
  return {
    sum: (data, start, end) =>
      summed(start, end, (first, last) => {
        loadA(data, first, last);
        return kernel.sumAlong(a, last - first, 0, 0);
      }),
    squaredDistances: (data, start, end, centre) =>
      summed(start, end, (first, last) => {
        loadA(data, first, last);
        return kernel.squaredDistances(a, last - first, centre);
      }),
    products: (upstream, data, start, end, centre) =>
      summed(start, end, (first, last) => {
        loadA(upstream, first, last);
        loadB(data, first, last);
        return kernel.sumAlong(a, last - first, b, centre);
      }),
    normalize: (data, out, start, end, centre, scale) =>
      forEachChunk(start, end, (first, last) => {
        load(data, first, last, a);
        kernel.normalize(a, place, last - first, centre, scale);
        unload(last - first, out, first);
      }),
    gradient: (upstream, data, out, start, end, { centre, scale, average, slope }) =>
      forEachChunk(
        start,
        end,
        (first, last) => {
          loadA(upstream, first, last);
          loadB(data, first, last);
          kernel.normalGradient(a, b, place, last - first, centre, scale, average, slope);
          unload(last - first, out, first);
        },
        LONGEST_LINE,
      ),
  };
}

/**
 * Copies runs to a region, but for one that lies there still: a run is read for its sum, for its spread and for the result. No other
 * kernel runs between, as long as this is made for one call.
 */
function loaderOf(place: number): (data: FloatArray, start: number, end: number) => void {
  let held: { readonly data: FloatArray; readonly start: number; readonly end: number } | undefined;
  return (data, start, end) => {
    if (held?.data === data && held.start === start && held.end === end) return;
    held = { data, start, end };
    load(data, start, end, place);
  };
}

/** Of each group; the variance is the mean squared distance from the mean. */
export interface Statistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export function statisticsOf(data: FloatArray, view: Groups): Statistics {
  const work = workFor(view, data);
  const found = { mean: new Float64Array(view.groups), variance: new Float64Array(view.groups) };
  const count = view.outer * view.inner;
  for (let group = 0; group < view.groups; group++) {
    const [sum, squares] = [new RunningSum(), new RunningSum()];
    forEachRun(view, group, (start, end) => sum.add(work.sum(data, start, end)));
    const centre = sum.value / count;
    forEachRun(view, group, (start, end) => squares.add(work.squaredDistances(data, start, end, centre)));
    found.mean[group] = centre;
    found.variance[group] = squares.value / count;
  }
  return found;
}

/** `(x - mean) scale` of each group. */
export function normalizeGroups(
  data: FloatArray,
  view: Groups,
  means: Float64Array,
  scales: Float64Array,
  out: FloatArray,
): void {
  const work = workFor(view, data);
  for (let group = 0; group < view.groups; group++) {
    const [centre, scale] = [means[group] as number, scales[group] as number];
    forEachRun(view, group, (start, end) => work.normalize(data, out, start, end, centre, scale));
  }
}

/** The gradient of the entries, through the mean and the scale, which are their own. */
export function normalizationGradient(
  upstream: FloatArray,
  data: FloatArray,
  view: Groups,
  means: Float64Array,
  scales: Float64Array,
  out: FloatArray,
): void {
  const work = workFor(view, data);
  const count = view.outer * view.inner;
  for (let group = 0; group < view.groups; group++) {
    const [centre, scale] = [means[group] as number, scales[group] as number];
    const [sum, along] = [new RunningSum(), new RunningSum()];
    forEachRun(view, group, (start, end) => {
      sum.add(work.sum(upstream, start, end));
      along.add(work.products(upstream, data, start, end, centre));
    });
    const normal = { centre, scale, average: sum.value / count, slope: (along.value * scale) / count };
    forEachRun(view, group, (start, end) => work.gradient(upstream, data, out, start, end, normal));
  }
}

/** Calls `run` with the first index, and the one after the last, of every run of entries of a group. */
function forEachRun(
  { outer, groups, inner }: Groups,
  group: number,
  run: (start: number, end: number) => void,
): void {
  for (let o = 0; o < outer; o++) {
    const start = (o * groups + group) * inner;
    run(start, start + inner);
  }
}
