/** Whether the weights and the output of a sample follow the condition of that sample alone. */
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { GeneratedWeight } from "./generated-weights.js";
import { observedLoss, repeatableLoss, type Subject } from "./observed-loss.js";
import type { ObservedStep } from "./observed-step.js";
import { changedWithin, rangeOf } from "./sample-rows.js";
import { type Origin, Trace } from "./trace.js";

export interface Mixing {
  /** See `HypernetworkDiagnosis.crossTalk`. */
  readonly crossTalk: number;
  /** Largest change of a sample's own weights when its condition changes by half of its size, over their norm. */
  readonly response: number;
}

/** Where the values of samples come into a run; the position among all that happened in it, or a tensor of the batch. */
type Source = { readonly tensor: Tensor } | { readonly position: number };

/**
 * Changes one sample's condition at a time and looks at which samples' values follow.
 *
 * @returns undefined where nothing can be said: shared weights, a batch of one, a loss that is random.
 */
export function conditionMixing(
  subject: Subject,
  last: ObservedStep,
  weight: GeneratedWeight,
  batch: ReadonlyMap<Tensor, string>,
): Mixing | undefined {
  const { samples } = weight;
  if (samples === undefined || samples < 2) return undefined;
  const sources = sourcesOf(weight, last, samples, batch);
  const loss = repeatableLoss(subject);
  const base = originsOf(loss);
  if (sources.length === 0 || !isSame(base, originsOf(loss))) return undefined;
  const targets = targetsOf(weight, last, samples);
  let worst: Mixing = { crossTalk: 0, response: 0 };
  for (const source of sources) {
    for (const row of new Set([0, samples - 1])) {
      const changed = changedRun(loss, source, row, samples);
      if (changed.length !== base.length) return undefined;
      const talk = (position: number): number =>
        crossTalkOf(changesAt(base, changed, position, samples), row);
      worst = {
        ...worst,
        response: Math.max(worst.response, responseOf(base, changed, targets[0], samples)),
      };
      for (const target of targets) {
        worst = { ...worst, crossTalk: Math.max(worst.crossTalk, talk(target)) };
      }
    }
  }
  return worst;
}

/** Positions, in a run, of what must follow one sample alone: the weight, and the last value with a row for each. */
function targetsOf({ tensor }: GeneratedWeight, { trace, flow }: ObservedStep, samples: number): number[] {
  const origins = [...trace.origins.values()];
  const influenced = flow.influenceOf(tensor);
  const output = origins.findLastIndex(
    (origin) => influenced.has(origin.tensor) && hasRows(origin.tensor, samples),
  );
  return [origins.findIndex((origin) => origin.tensor === tensor), output].filter((at) => at >= 0);
}

function sourcesOf(
  { tensor }: GeneratedWeight,
  { trace, flow }: ObservedStep,
  samples: number,
  batch: ReadonlyMap<Tensor, string>,
): Source[] {
  const ancestors = new Set([tensor]);
  for (const one of ancestors) for (const { from } of flow.edgesInto(one)) ancestors.add(from);
  const origins = [...trace.origins.values()];
  const sources: Source[] = [];
  for (const one of ancestors) {
    if (!hasRows(one, samples)) continue;
    if (batch.has(one)) sources.push({ tensor: one });
    const position = origins.findIndex((origin) => origin.tensor === one && origin.operation === "gather");
    if (position >= 0) sources.push({ position });
  }
  return sources;
}

function hasRows({ shape }: Tensor, samples: number): boolean {
  return shape.length >= 2 && shape[0] === samples;
}

function originsOf(loss: () => Tensor, onOperation?: (origin: Origin, trace: Trace) => void): Origin[] {
  const trace: Trace = new Trace({ onOperation: (origin) => onOperation?.(origin, trace) });
  observedLoss(loss, trace);
  return [...trace.origins.values()];
}

function isSame(first: readonly Origin[], second: readonly Origin[]): boolean {
  return (
    first.length === second.length &&
    first.every(({ tensor }, position) => {
      const other = second[position]?.tensor.data;
      return tensor.data.every((value, index) => Object.is(value, other?.[index]));
    })
  );
}

function changedRun(loss: () => Tensor, source: Source, row: number, samples: number): Origin[] {
  if ("position" in source) {
    return originsOf(loss, (origin, trace) => {
      if (trace.origins.size - 1 === source.position) changeRow(origin.tensor, row, samples);
    });
  }
  const { data } = source.tensor;
  const before = data.slice();
  changeRow(source.tensor, row, samples);
  try {
    return originsOf(loss);
  } finally {
    data.set(before);
  }
}

/** By half of each entry's size: enough to be seen behind a ReLU. */
function changeRow(tensor: Tensor, row: number, samples: number): void {
  const { data } = tensor;
  const range = rangeOf(tensor);
  const width = data.length / samples;
  for (let i = row * width; i < (row + 1) * width; i++) data[i] = changedWithin(range, data[i] as number);
}

/** Norm of the change of each sample's row. */
function changesAt(
  base: readonly Origin[],
  changed: readonly Origin[],
  position: number,
  samples: number,
): number[] {
  const [before, after] = [base[position]?.tensor.data, changed[position]?.tensor.data];
  if (before === undefined || after?.length !== before.length) return [];
  return rowNorms(
    before.map((value, index) => (after[index] as number) - value),
    samples,
  );
}

/** Largest change of another sample's row over the largest change of any row; 0 where nothing changed. */
function crossTalkOf(changes: readonly number[], row: number): number {
  const others = largest(changes.filter((_, sample) => sample !== row));
  return others === 0 ? 0 : others / largest(changes);
}

function responseOf(
  base: readonly Origin[],
  changed: readonly Origin[],
  position: number | undefined,
  samples: number,
): number {
  if (position === undefined) return 0;
  const norms = rowNorms(base[position]?.tensor.data ?? new Float32Array(), samples);
  const ratios = changesAt(base, changed, position, samples).map((change, sample) => {
    const norm = norms[sample] as number;
    return norm === 0 ? Number(change > 0) : change / norm;
  });
  return largest(ratios);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Euclidean norm of each sample's values. */
export function rowNorms(values: FloatArray, samples: number): number[] {
  const width = values.length / samples;
  return Array.from({ length: samples }, (_, sample) => {
    let sum = 0;
    for (let i = sample * width; i < (sample + 1) * width; i++) sum += (values[i] as number) ** 2;
    return Math.sqrt(sum);
  });
}
