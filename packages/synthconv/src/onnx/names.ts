/** What the inputs and outputs of a model are called. */
import { ShapeError, ValueError } from "../core/errors.js";
import { nearestName } from "../core/nearest-name.js";
import type { FreeSize, InputAxis } from "./free-sizes.js";

interface InputNames {
  readonly inputs?: readonly string[];
  readonly baked?: readonly string[];
  readonly shapes?: Readonly<Record<string, unknown>>;
}

/** @throws {ShapeError | ValueError} for another number of names, for a name twice, and for one that no input has. */
export function namesOfInputs(
  count: number,
  { inputs, baked = [], shapes = {} }: InputNames,
): readonly string[] {
  const names = given("inputs", count, inputs) ?? numbered("input", count);
  for (const [option, wanted] of [
    ["baked", baked],
    ["shapes", Object.keys(shapes)],
  ] as const) {
    const unknown = wanted.find((name) => !names.includes(name));
    if (unknown === undefined) continue;
    const near = nearestName(unknown, names);
    throw new ValueError({
      where: `exportOnnx ${option}`,
      expected: `names of inputs: ${names.join(", ") || "there are none"}`,
      received: unknown,
      repair: near === undefined ? "Name them in their order: { inputs: [...] }." : `Write ${near}.`,
    });
  }
  return names;
}

/**
 * @param paths names on the way to each output in what the forward returns.
 * @param taken names of the inputs.
 */
export function namedOutputs(
  paths: readonly (readonly string[])[],
  wanted: readonly string[] | undefined,
  taken: readonly string[],
): readonly string[] {
  if (paths.length === 0) {
    throw new ValueError({
      where: "exportOnnx network",
      expected: "a forward that returns a tensor, or lists and objects of tensors",
      received: "none",
    });
  }
  const names = given("outputs", paths.length, wanted) ?? paths.map(nameOfPath);
  const same = names.find((name) => taken.includes(name));
  if (same === undefined) return names;
  throw new ValueError({
    where: "exportOnnx outputs",
    expected: "other names than those of the inputs",
    received: same,
    repair: "Name them: { outputs: [...] }.",
  });
}

function nameOfPath(path: readonly string[]): string {
  const [first] = path;
  const isNamed = first !== undefined && !Number.isInteger(Number(first));
  return isNamed ? path.join(".") : `output${path.join(".")}`;
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => (count === 1 ? name : `${name}${at}`));
}

function given(
  option: string,
  count: number,
  names: readonly string[] | undefined,
): readonly string[] | undefined {
  if (names === undefined) return undefined;
  if (names.length !== count) {
    throw new ShapeError({
      where: `exportOnnx ${option}`,
      expected: `${count} ${count === 1 ? "name" : "names"}, one for each tensor and list of indices`,
      received: `${names.length} (${names.join(", ")})`,
    });
  }
  const twice = names.find((name, at) => name === "" || names.indexOf(name) !== at);
  if (twice === undefined) return names;
  throw new ValueError({
    where: `exportOnnx ${option}`,
    expected: "a name of its own for each",
    received: JSON.stringify(twice),
  });
}

/** A name of its own for each free size: where several are called alike, the later ones are called by their input. */
export function namedSizes(sizes: readonly FreeSize[], inputs: readonly string[]): Map<FreeSize, string> {
  const names = new Map<FreeSize, string>();
  for (const size of sizes) {
    const [{ input, axis }] = size.axes as [InputAxis];
    const isTaken = [...names.values()].includes(size.name);
    names.set(size, isTaken ? `${inputs[input]}_${axis}` : size.name);
  }
  return names;
}
