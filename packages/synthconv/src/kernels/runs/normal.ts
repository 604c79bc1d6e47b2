/** Groups of numbers less their mean, over their standard deviation. */
import { choose, type Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { RunningSum } from "../../core/sums.js";
import {
  FIRST_SUM,
  forEachChunk,
  type Kernel,
  kernelDoubles,
  kernelFor,
  LONGEST_LINE,
  load,
  PLACES,
  unload,
} from "./memory.js";

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
  /** Of the upstream gradient, and of its products with the distances of the other run from the centre. */
  readonly gradientSums: (
    upstream: FloatArray,
    data: FloatArray,
    start: number,
    end: number,
    centre: number,
  ) => [sum: number, along: number];
  readonly normalize: (data: FloatArray, out: FloatArray, start: number, end: number, normal: Normal) => void;
  readonly gradient: (
    upstream: FloatArray,
    data: FloatArray,
    out: FloatArray,
    start: number,
    end: number,
    normal: NormalSlope,
  ) => void;
}

/** `(x - centre) scale gain + offset` */
interface Normal {
  readonly centre: number;
  readonly scale: number;
  readonly gain: number;
  readonly offset: number;
}

interface NormalSlope {
  readonly centre: number;
  readonly scale: number;
  readonly gain: number;
  /** The mean of the upstream gradients, times their gains. */
  readonly average: number;
  /** The mean of their products with the normalised entries. */
  readonly slope: number;
}

type NormalImplementation = Implementation<[run: number, sample: FloatArray], RunWork>;

function workFor(run: number, sample: FloatArray): RunWork {
  return choose("normalisation", [wasm, reference], run, sample);
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
    gradientSums: (upstream, data, start, end, centre) => {
      let [sum, along] = [0, 0];
      for (let i = start; i < end; i++) {
        sum += upstream[i] as number;
        along += (upstream[i] as number) * ((data[i] as number) - centre);
      }
      return [sum, along];
    },
    normalize: (data, out, start, end, { centre, scale, gain, offset }) => {
      for (let i = start; i < end; i++) out[i] = ((data[i] as number) - centre) * scale * gain + offset;
    },
    gradient: (upstream, data, out, start, end, { centre, scale, gain, average, slope }) => {
      const along = scale * slope;
      for (let i = start; i < end; i++) {
        out[i] = scale * ((upstream[i] as number) * gain - average - ((data[i] as number) - centre) * along);
      }
    },
  }),
};

// Below it the copies and the calls cost more than the loops.
const MIN_RUN = 64;

const wasm: NormalImplementation = {
  name: "wasm",
  prepare: (run, sample) => {
    const kernel = run < MIN_RUN ? undefined : kernelFor(sample);
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
        return kernel.plainSum(a, last - first);
      }),
    squaredDistances: (data, start, end, centre) =>
      summed(start, end, (first, last) => {
        loadA(data, first, last);
        return kernel.squaredDistances(a, last - first, centre);
      }),
    gradientSums: (upstream, data, start, end, centre) => {
      let along = 0;
      const sum = summed(start, end, (first, last) => {
        loadA(upstream, first, last);
        loadB(data, first, last);
        kernel.gradientSums(a, b, last - first, centre, PLACES.sums);
        along += kernelDoubles()[FIRST_SUM + 1] as number;
        return kernelDoubles()[FIRST_SUM] as number;
      });
      return [sum, along];
    },
    normalize: (data, out, start, end, { centre, scale, gain, offset }) =>
      forEachChunk(start, end, (first, last) => {
        load(data, first, last, a);
        kernel.normalize(a, place, last - first, centre, scale, gain, offset);
        unload(last - first, out, first);
      }),
    gradient: (upstream, data, out, start, end, { centre, scale, gain, average, slope }) =>
      forEachChunk(
        start,
        end,
        (first, last) => {
          loadA(upstream, first, last);
          loadB(data, first, last);
          kernel.normalGradient(a, b, place, last - first, centre, scale, gain, average, slope);
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

/** Gains and offsets of which each belongs to a whole run of entries: those of a channel. */
export interface RunGains {
  /** Entries of a run; divides the `inner` of the groups. */
  readonly run: number;
  /** Run i has the gain i % count. */
  readonly count: number;
  readonly gains: FloatArray | undefined;
  readonly offsets: FloatArray | undefined;
}

/** Whether runs are long enough for the kernel: gains of shorter ones are quicker as an operation of their own. */
export function areRunsCovered({ run, gains, offsets }: RunGains, data: FloatArray): boolean {
  const given = [data, gains, offsets].filter((one) => one !== undefined);
  return run >= MIN_RUN && kernelFor(...given) !== undefined;
}

/** Of each group; the variance is the mean squared distance from the mean. */
export interface Statistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export function statisticsOf(data: FloatArray, view: Groups): Statistics {
  const work = workFor(view.inner, data);
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

/** `(x - mean) scale` of each group, times the gains of its runs, plus their offsets. */
export function normalizeGroups(
  data: FloatArray,
  view: Groups,
  means: Float64Array,
  scales: Float64Array,
  out: FloatArray,
  gains: RunGains = none(view),
): void {
  const work = workFor(gains.run, data);
  for (let group = 0; group < view.groups; group++) {
    const [centre, scale] = [means[group] as number, scales[group] as number];
    forEachGain(view, group, gains, (start, end, at) => {
      const [gain, offset] = [gains.gains?.[at] ?? 1, gains.offsets?.[at] ?? 0];
      work.normalize(data, out, start, end, { centre, scale, gain, offset });
    });
  }
}

/** The gradients of gains and offsets, which are added to. */
export interface GainSums {
  readonly gainSums: Float64Array;
  readonly offsetSums: Float64Array;
}

/** The gradient of the entries, through the mean and the scale, which are their own. */
export function normalizationGradient(
  upstream: FloatArray,
  data: FloatArray,
  view: Groups,
  means: Float64Array,
  scales: Float64Array,
  out: FloatArray,
  gains: RunGains = none(view),
  sums?: GainSums,
): void {
  const work = workFor(gains.run, data);
  const count = view.outer * view.inner;
  const gainOf = (at: number): number => gains.gains?.[at] ?? 1;
  for (let group = 0; group < view.groups; group++) {
    const [centre, scale] = [means[group] as number, scales[group] as number];
    const [sum, along] = [new RunningSum(), new RunningSum()];
    forEachGain(view, group, gains, (start, end, at) => {
      const [ofRun, alongRun] = work.gradientSums(upstream, data, start, end, centre);
      sum.add(ofRun * gainOf(at));
      along.add(alongRun * gainOf(at));
      if (sums === undefined) return;
      sums.gainSums[at] = (sums.gainSums[at] as number) + alongRun * scale;
      sums.offsetSums[at] = (sums.offsetSums[at] as number) + ofRun;
    });
    const normal = { centre, scale, average: sum.value / count, slope: (along.value * scale) / count };
    forEachGain(view, group, gains, (start, end, at) => {
      work.gradient(upstream, data, out, start, end, { ...normal, gain: gainOf(at) });
    });
  }
}

function none({ inner }: Groups): RunGains {
  return { run: inner, count: 1, gains: undefined, offsets: undefined };
}

/** Calls back with every run of a group that has one gain, and the gain's index. */
function forEachGain(
  view: Groups,
  group: number,
  { run, count }: RunGains,
  visit: (start: number, end: number, gain: number) => void,
): void {
  forEachRun(view, group, (start, end) => {
    for (let at = start; at < end; at += run) visit(at, at + run, (at / run) % count);
  });
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
