/** Whether two runs of a network computed the same, up to sizes. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { formatShape, sameShape } from "../core/shape.js";
import { placeOf } from "../doctor/place.js";
import type { Indices } from "./example.js";
import type { Source, Trace, TracedOperation } from "./trace.js";

/** `conv2d at src/model.ts:12:5` */
export function nameWithPlace({ operation, site }: Pick<TracedOperation, "operation" | "site">): string {
  const place = placeOf(site);
  return place === undefined ? operation : `${operation} at ${place.file}:${place.line}:${place.column}`;
}

const isSameSource = (a: Source, b: Source | undefined): boolean => a.kind === b?.kind && a.index === b.index;

/** What the other run did in another way, in words that follow "it"; undefined where it did the same. */
export function differenceIn(trace: Trace, other: Trace): string | undefined {
  for (const [index, one] of trace.operations.entries()) {
    const its = other.operations[index];
    if (its === undefined) return `stops before ${nameWithPlace(one)}`;
    const isSame =
      one.operation === its.operation &&
      one.shape.length === its.shape.length &&
      one.inputs.length === its.inputs.length &&
      one.inputs.every((source, at) => isSameSource(source, its.inputs[at]));
    if (!isSame) return `computes ${nameWithPlace(its)} in the place of ${nameWithPlace(one)}`;
    if (!isAlike(one.settings, its.settings)) return `has other settings for ${nameWithPlace(one)}`;
  }
  const next = other.operations[trace.operations.length];
  if (next !== undefined) return `computes ${nameWithPlace(next)} besides`;
  const areSame =
    trace.outputs.length === other.outputs.length &&
    trace.outputs.every(({ path, source, shape }, at) => {
      const its = other.outputs[at];
      return (
        path.join() === its?.path.join() &&
        isSameSource(source, its.source) &&
        shape.length === its.shape.length
      );
    });
  if (!areSame) return "returns something else";
  return constantsDiffer(trace, other);
}

function constantsDiffer(trace: Trace, other: Trace): string | undefined {
  for (const [index, one] of trace.constants.entries()) {
    const its = other.constants[index];
    const isSame = one instanceof Parameter ? one === its : its?.rank === one.rank;
    if (!isSame) return `reads another ${one.label}`;
  }
  return undefined;
}

/** Numbers may differ: how many there are may not, but in a list of numbers. */
function isAlike(one: unknown, other: unknown): boolean {
  if (typeof one !== typeof other) return false;
  if (Array.isArray(one) && Array.isArray(other)) {
    const areNumbers = one.every((entry) => typeof entry === "number");
    return areNumbers || (one.length === other.length && one.every((entry, at) => isAlike(entry, other[at])));
  }
  if (typeof one === "object" && one !== null && other !== null) {
    const [a, b] = [Object.entries(one), other as Record<string, unknown>];
    return a.length === Object.keys(b).length && a.every(([name, value]) => isAlike(value, b[name]));
  }
  return typeof one === "number" || typeof one === "function" || one === other;
}

/** Whether the tensor has the same numbers in the same shape. */
export function hasSameNumbers(one: Tensor, other: Tensor | undefined): boolean {
  if (one === other) return true;
  if (other === undefined || !sameShape(one.shape, other.shape)) return false;
  return one.data.every((value, at) => Object.is(value, other.data[at]));
}

/** The first number that the inputs have a part in and that is no tensor of theirs, and who reads it. */
export function readOffInputs(trace: Trace, other: Trace): string | undefined {
  const index = trace.constants.findIndex((one, at) => !hasSameNumbers(one, other.constants[at]));
  if (index !== -1) {
    const { shape } = trace.constants[index] as Tensor;
    const reader = readerOf(trace, index);
    return `${formatShape(shape)} numbers${reader === undefined ? "" : ` for ${nameWithPlace(reader)}`}`;
  }
  for (const [at, operation] of trace.operations.entries()) {
    const { settings } = other.operations[at] as TracedOperation;
    for (const [name, value] of Object.entries(operation.settings)) {
      if (textOf(value) === textOf(settings[name])) continue;
      const isInput = trace.inputs.some(
        (input, number) => isList(input, value) && isList(other.inputs[number], settings[name]),
      );
      if (!isInput) return `${name} of ${nameWithPlace(operation)}`;
    }
  }
  return undefined;
}

/** The first operation that reads the constant of this number. */
export function readerOf(trace: Trace, index: number): TracedOperation | undefined {
  return trace.operations.find(({ inputs }) =>
    inputs.some((source) => source.kind === "constant" && source.index === index),
  );
}

/** Whether both are lists of the same indices. */
export function isList(one: unknown, other: unknown): boolean {
  const areLists = [one, other].every((list) => Array.isArray(list) || list instanceof Int32Array);
  return areLists && Array.from(one as Indices).join() === Array.from(other as Indices).join();
}

/** NaN and infinities too, which JSON does not know. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one) => (typeof one === "number" ? String(one) : one)) ?? "undefined";
}
