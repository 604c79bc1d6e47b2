/** Groups of numbers less their mean, over their standard deviation. */
import type { FloatArray } from "../../core/index.js";
import { RunningSum } from "../../core/sums.js";
import { kernelFor } from "./kernels.js";
import { MIN_RUN, workFor } from "./normal-work.js";

/** An array seen as [outer, groups, inner]: the entries of a group are those of all `outer` and `inner`. */
export interface Groups {
  readonly outer: number;
  readonly groups: number;
  readonly inner: number;
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
  return run >= MIN_RUN && kernelFor(data, gains ?? data, offsets ?? data) !== undefined;
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
