/** Calls a network with one set of weights per sample. */
import { Tensor } from "../autograd/tensor.js";
import { isPlainObject } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import { callWithValues, type Module, type Network } from "../nn/index.js";
import { concat, reshape, slice } from "../ops/index.js";
import { measuresBatches } from "./layers.js";

export interface SampleCall {
  /** `[B,...shape]` by path. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** B, the sets. */
  readonly sets: number;
  /** The network's layers take them all at once. */
  readonly together: boolean;
}

/** What the network gave, and the values that it did not read. */
interface Called<Output> {
  readonly output: Output;
  readonly unread: readonly string[];
}

/**
 * One set is used for all samples. Several go in together where every layer that reads one takes them, and else one
 * after the other, with the samples that they belong to.
 */
export function callPerSample<Inputs extends readonly unknown[], Output>(
  network: Network<Inputs, Output>,
  { values, sets, together }: SampleCall,
  inputs: Inputs,
): Called<Output> {
  if (sets === 1) return callWithValues(network, setOf(values, 0), inputs);
  checkBatches(inputs, sets);
  if (together) return callWithValues(network, values, inputs);
  refuseBatchStatistics(network);
  const calls = Array.from({ length: sets }, (_, index) =>
    callWithValues(network, setOf(values, index), inputs.map((input) => sampleOf(input, index)) as never),
  );
  const unread = (calls[0] as Called<Output>).unread.filter((path) =>
    calls.every((call) => call.unread.includes(path)),
  );
  return { output: joined(calls.map(({ output }) => output)) as Output, unread };
}

function setOf(values: ReadonlyMap<string, Tensor>, index: number): Map<string, Tensor> {
  return new Map(
    Array.from(values, ([path, value]) => {
      const one = value.shape[0] === 1 ? value : slice(value, [[index, index + 1]]);
      return [path, reshape(one, value.shape.slice(1))];
    }),
  );
}

/** Tensors have the samples along their first axis; scalars and everything else are the same for all. */
function sampleOf(input: unknown, index: number): unknown {
  return input instanceof Tensor && input.rank > 0 ? slice(input, [[index, index + 1]]) : input;
}

function checkBatches(inputs: readonly unknown[], sets: number): void {
  for (const [index, input] of inputs.entries()) {
    if (!(input instanceof Tensor) || input.rank === 0 || input.shape[0] === sets) continue;
    throw new ShapeError({
      where: `hypernetwork input ${index + 1}`,
      expected: `a batch of ${sets}, as many samples as there are conditions`,
      received: `${input.shape[0]} in ${formatShape(input.shape)}`,
      repair: "Give one condition per sample, or one for all of them.",
    });
  }
}

function refuseBatchStatistics(network: Module): void {
  if (!measuresBatches(network)) return;
  throw new ValueError({
    where: "hypernetwork",
    expected: "no batch statistics in a network that runs once per sample",
    received: "a BatchNorm in training",
    repair:
      "Call eval() on it, use GroupNorm, or choose parameters of the library's own layers, which take all samples at once.",
  });
}

/** Outputs of one sample each as one batch: tensors, and lists and records of them. */
function joined(outputs: readonly unknown[]): unknown {
  const [first] = outputs;
  if (first instanceof Tensor) return concat(outputs.map((output) => batchOfOne(output as Tensor)));
  if (Array.isArray(first))
    return first.map((_, index) => joined(outputs.map((one) => (one as unknown[])[index])));
  if (isPlainObject(first)) {
    const names = Object.keys(first);
    return Object.fromEntries(
      names.map((name) => [name, joined(outputs.map((one) => (one as Record<string, unknown>)[name]))]),
    );
  }
  throw new ValueError({
    where: "hypernetwork output",
    expected: "a tensor, or a list or an object of tensors",
    received: typeof first,
    repair: "A network whose layers do not take a set of weights per sample runs once per sample.",
  });
}

function batchOfOne(output: Tensor): Tensor {
  if (output.rank > 0 && output.shape[0] === 1) return output;
  throw new ShapeError({
    where: "hypernetwork output",
    expected:
      "the batch as the first axis of what the network returns: 1 for the one sample that it was given",
    received: formatShape(output.shape),
    repair: "Reduce over samples outside of the network.",
  });
}
