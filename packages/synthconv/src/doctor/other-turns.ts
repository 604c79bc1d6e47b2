/**
 * Parameters that had no turn in the steps that were watched, and would have one with other numbers: an expert that no
 * router chose, the head of another task, a block that chance left out.
 */
import { Parameter } from "../autograd/parameter.js";
import { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { CaseFile } from "./case-file.js";
import { Flow } from "./flow.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { readRun } from "./reads.js";
import { Trace } from "./trace.js";

interface Run {
  readonly trace: Trace;
  readonly loss: Tensor;
}

/** What numbers that the program reads are given in place of their own; more of them follow from the paths. */
const CHANGES: readonly ((data: FloatArray) => FloatArray)[] = [
  (data) => data.map((value) => -value - 1),
  (data) => data.map((value) => value + 1),
  (data) => data.slice().reverse(),
  (data) => data.map((value, index) => value + ((index * 7) % 5) - 2),
];
/** A loop that waits for another draw still ends. */
const FORCED_DRAWS = 256;
const MAX_VALUES = 12;

/** Those of the parameters from which the loss is computed when numbers or draws are others. */
export function usedOtherwise(
  file: Pick<CaseFile, "subject" | "batch" | "rawBatch" | "last">,
  idle: ReadonlyMap<string, Parameter>,
): Set<Parameter> {
  const found = new Set<Parameter>();
  const entered = new Set(file.last.trace.entries.map(({ tensor }) => tensor));
  const silent = new Set<Tensor>([...idle.values()].filter((one) => !entered.has(one)));
  const isDone = (): boolean => found.size === idle.size;
  const take = (run: (trace: Trace) => Run): void => {
    if (isDone()) return;
    const started = new Trace();
    try {
      const { trace, loss } = run(started);
      const flow = new Flow(trace, loss);
      for (const parameter of idle.values()) if (flow.reachesLoss(parameter)) found.add(parameter);
    } catch {
      // The targets of the batch may not fit what another head gives: it was chosen all the same. What is computed in
      // vain in every run was not.
      for (const { tensor } of started.entries) {
        if (tensor instanceof Parameter && silent.has(tensor)) found.add(tensor);
      }
    }
  };
  const { subject, batch, rawBatch } = file;
  const values = valuesIn(idle.keys());
  for (const draw of [0, 1 - 2 ** -10]) take((trace) => runWithDraws(subject, draw, trace));
  const constants = values
    .filter((value) => typeof value === "number")
    .map((value) => (data: FloatArray) => data.map(() => value));
  for (const change of [...CHANGES, ...constants])
    take(() => readRun(subject, { given: [...batch.keys()], change: (_, data) => change(data) }));
  for (const set of settersOf(rawBatch)) {
    for (const value of values) take((trace) => withValue(set, value, () => plainRun(subject, trace)));
  }
  return found;
}

function plainRun(subject: Subject, trace: Trace): Run {
  return putBack(subject, () => ({ trace, loss: observedLoss(subject.loss, trace) }));
}

/** The first draws are all alike, so that what happens seldom happens. */
function runWithDraws(subject: Subject, draw: number, trace: Trace): Run {
  return putBack(subject, () => {
    const { random } = Math;
    let drawn = 0;
    Math.random = () => (drawn++ < FORCED_DRAWS ? draw : random());
    return { trace, loss: observedLoss(subject.loss, trace) };
  });
}

/** The names and numbers on the way to a parameter: `heads.normal.weight` may be what `normal` in a batch chooses. */
function valuesIn(paths: Iterable<string>): (string | number)[] {
  const segments = new Set([...paths].flatMap((path) => path.split(".").slice(0, -1)));
  return [...segments].map((one) => (/^\d+$/.test(one) ? Number(one) : one)).slice(0, MAX_VALUES);
}

interface Setter {
  readonly get: () => unknown;
  readonly set: (value: unknown) => void;
}

/** What stands in a batch as a plain value: a task's name, a label, a list of labels. */
function settersOf(batch: unknown): Setter[] {
  if (typeof batch !== "object" || batch === null || batch instanceof Tensor || Object.isFrozen(batch))
    return [];
  return Object.entries(batch).flatMap(([key, value]): Setter[] => {
    const isPlain = ["number", "string", "boolean"].includes(typeof value);
    if (!isPlain) return Array.isArray(value) && value.length > 0 ? settersOf(value).slice(0, 1) : [];
    return [{ get: () => value, set: (other) => Reflect.set(batch, key, other) }];
  });
}

function withValue<Result>({ get, set }: Setter, value: unknown, body: () => Result): Result {
  const before = get();
  set(typeof before === "boolean" ? !before : value);
  try {
    return body();
  } finally {
    set(before);
  }
}
