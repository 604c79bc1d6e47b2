import { TENSOR } from "../autograd/kinds.js";
import type { Parameter } from "../autograd/parameter.js";
import { provenance, type Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { instanceOf, type Kind, kind } from "../core/kinds.js";
import { nearestName } from "../core/nearest-name.js";
import { formatShape, sameShape } from "../core/shape.js";
import { Module, type ParameterPlace, parameterPlaces } from "./module.js";

/** Values in place of parameters, by the dotted paths of these. */
export type ParameterValues = ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;

/** A module with its forward. */
export type Network<Inputs extends readonly unknown[], Output> = Module & {
  forward(...inputs: Inputs): Output;
};

const WHERE = "functionalCall";
const VALUES: Kind<ParameterValues> = kind(
  "a Map or an object of tensors by the paths of parameters",
  (value) => value instanceof Map || isPlainObject(value),
);

/**
 * What the network's forward gives with these values in the places of parameters (torch.func.functional_call). Gradients
 * reach what computed them. The parameters stay as they are, and stand where they stood when the call ends, whether it
 * returns or throws.
 *
 * @param values shaped as the parameter, or with one more axis in front: one set per sample, which the layers of this
 *   library take where their operations do (`Linear`, `Conv2d`). A parameter that stands in several places has one
 *   value, under any of its paths.
 * @throws {ValueError} when no parameter has such a path, forward is async, or does not read one of the values.
 * @throws {ShapeError} when a value fits no parameter of its path.
 */
export function functionalCall<Inputs extends readonly unknown[], Output>(
  network: Network<Inputs, Output>,
  values: ParameterValues,
  ...inputs: Inputs
): Output {
  const { output, unread } = callWithValues(network, values, inputs);
  if (unread.length === 0) return output;
  throw new ValueError({
    where: `${WHERE} values`,
    expected: "values that the network's forward reads",
    received: `${unread.join(", ")}, which it did not read`,
    repair: "Leave out what it does not use.",
  });
}

/** The same, and the paths of what was not read. */
export function callWithValues<Inputs extends readonly unknown[], Output>(
  network: Network<Inputs, Output>,
  values: ParameterValues,
  inputs: Inputs,
): { readonly output: Output; readonly unread: readonly string[] } {
  check(WHERE, "network", network, instanceOf(Module, "a Module"));
  check(WHERE, "values", values, VALUES);
  const places = parameterPlaces(network);
  const given = matched(places, values instanceof Map ? values : new Map(Object.entries(values)));
  const unread = new Set(given.keys());
  const taken = places.filter(({ parameter }) => given.has(parameter));
  let output: Output;
  try {
    for (const { parameter, replace } of taken) {
      const { path, value } = given.get(parameter) as Given;
      provenance.observer?.replaced?.(parameter, value, path);
      replace(value, () => unread.delete(parameter));
    }
    output = network.forward(...inputs);
  } finally {
    for (const { parameter, replace } of taken) replace(parameter);
  }
  refusePromise(output);
  return { output, unread: Array.from(unread, (parameter) => given.get(parameter)?.path as string) };
}

interface Given {
  readonly path: string;
  readonly value: Tensor;
}

function matched(
  places: readonly ParameterPlace[],
  values: ReadonlyMap<string, Tensor>,
): Map<Parameter, Given> {
  const byPath = new Map(places.map(({ path, parameter }) => [path, parameter]));
  const given = new Map<Parameter, Given>();
  for (const [path, value] of values) {
    const parameter = byPath.get(path);
    if (parameter === undefined) throw noSuchParameter(path, [...byPath.keys()]);
    check(WHERE, `values ${path}`, value, TENSOR);
    checkFits(path, value, parameter);
    const before = given.get(parameter);
    if (before !== undefined && before.value !== value) throw sharedParameter(before.path, path);
    given.set(parameter, { path, value });
  }
  return given;
}

function noSuchParameter(path: string, known: readonly string[]): ValueError {
  const near = nearestName(path, known);
  return new ValueError({
    where: `${WHERE} values`,
    expected: "paths of parameters of the network",
    received: path,
    repair: near === undefined ? `It has ${known.slice(0, 8).join(", ") || "none"}.` : `Write ${near}.`,
  });
}

function checkFits(path: string, { shape }: Tensor, parameter: Parameter): void {
  if (sameShape(shape, parameter.shape) || sameShape(shape.slice(1), parameter.shape)) return;
  const own = formatShape(parameter.shape);
  throw new ShapeError({
    where: `${WHERE} values ${path}`,
    expected: `${own}, or ${own.replace("[", parameter.rank === 0 ? "[B" : "[B,")} for one set per sample`,
    received: formatShape(shape),
  });
}

function sharedParameter(first: string, second: string): ValueError {
  return new ValueError({
    where: `${WHERE} values`,
    expected: `one value for ${first} and ${second}, which are one parameter`,
    received: "two",
    repair: `Leave out ${second}.`,
  });
}

/** What comes after the first await would read the parameters, which stand in their places again. */
function refusePromise(output: unknown): void {
  if (!(output instanceof Promise)) return;
  output.catch(() => undefined);
  throw new ValueError({
    where: `${WHERE} network`,
    expected: "a forward that is not async",
    received: "a promise",
    repair: "Get its data ready before the call.",
  });
}
