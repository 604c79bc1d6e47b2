/** Any network of the tape as an ONNX model. */
import { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { type Kind, kind, listOf, optional, STRING } from "../core/kinds.js";
import type { OnnxInput } from "../format/index.js";
import { Module, type Network, statePlaces } from "../nn/index.js";
import { inEvaluation } from "../nn/modes.js";
import { byPath } from "../nn/running-statistic.js";
import { candidatesOf, SHAPES, type Shapes } from "./candidates.js";
import { type Leaf, leavesOf, mapLeaves, shapeOfLeaf, varied } from "./example.js";
import { type Exploration, explore, type OtherSizes, shapeAt, withoutSize } from "./free-sizes.js";
import { namedOutputs, namedSizes, namesOfInputs } from "./names.js";
import { NetworkWriter } from "./network-writer.js";
import { type GraphValue, SizeNeeded } from "./step.js";
import { trace } from "./trace.js";

export interface ExportOnnxOptions {
  /** Names of the inputs, one for each tensor and list of indices. Default `input`; `input0`, `input1`, ... of several. */
  readonly inputs?: readonly string[];
  /** Names of the outputs. Default `output`; of a list `output0`, ..., of an object its own names. */
  readonly outputs?: readonly string[];
  /**
   * By the name of an input: a name for each size that must be free, the same one where sizes are the same, and a number
   * for each that is fixed. Default: every size that the network leaves free is.
   */
  readonly shapes?: Shapes;
  /** Inputs, by their names, whose numbers stand in the file: a condition, whose weights are baked then. */
  readonly baked?: readonly string[];
  /** Name of the graph. Default `network`. */
  readonly name?: string;
  /** What the model says of itself. */
  readonly note?: string;
}

/** An input or output of a model: a number is a size, a name stands for any size. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly type: "float32" | "int64";
}

/** A size that the model fixes at that of the example. */
export interface OnnxFixedSize {
  readonly input: string;
  readonly axis: number;
  readonly size: number;
  readonly reason: string;
}

export interface OnnxExport {
  /** Of the .onnx file. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Sizes of the inputs that are not free, and why: but for those that `shapes` gives as numbers. */
  readonly fixed: readonly OnnxFixedSize[];
}

const NAMES = listOf(STRING, "a list of names");
const OPTIONS: Fields<ExportOnnxOptions> = {
  inputs: optional(NAMES),
  outputs: optional(NAMES),
  shapes: optional(SHAPES),
  baked: optional(NAMES),
  name: optional(STRING),
  note: optional(STRING),
};
const NETWORK: Kind<Network<readonly never[], unknown>> = kind(
  "a Module with a forward",
  (value) => value instanceof Module && typeof (value as { forward?: unknown }).forward === "function",
);
const ARGUMENTS = kind<readonly unknown[]>(
  "a list of the arguments of the network's forward",
  Array.isArray,
  (value) => (value instanceof Tensor ? "Write a list: exportOnnx(network, [image])." : undefined),
);

/**
 * The network as an ONNX model (operators of set 17, standard ones alone): what its forward computes in evaluation, in
 * float32. It is run at the sizes of the example and at others, at most five times as large, and what differs between the
 * runs is computed in the graph; its code is not read. A size is free where the network runs at others by the same
 * operations, else it is fixed at that of the example, and the result says so. The network stays as it is.
 *
 * Parameters are initializers under their paths. Lists of indices are inputs of int64. A hypernetwork writes its weights
 * in the graph, one set per sample, with a free batch: example conditions and images are 2 or more then, as one condition
 * is another computation, for all images. With `baked: ["condition"]` the network's own weights for it stand in the file.
 *
 * @param inputs of the forward, as an example: tensors, lists of indices, lists of these. Anything else is a constant.
 * @throws {ValueError} where an operation has no form in ONNX, naming it and its place; where numbers of inputs are read
 *   other than by operations (item, toArray, data); for a size that `shapes` wants free and that is not.
 */
export function exportOnnx<Inputs extends readonly unknown[]>(
  network: Network<Inputs, unknown>,
  inputs: Inputs,
  options: ExportOnnxOptions = {},
): OnnxExport {
  check("exportOnnx", "network", network, NETWORK);
  check("exportOnnx", "inputs", inputs, ARGUMENTS);
  checkOptions("exportOnnx", options, OPTIONS);
  const leaves = leavesOf(inputs);
  const names = namesOfInputs(leaves.length, options);
  const { baked = [], shapes = {} } = options;
  const ports = leaves.flatMap((leaf, at) => {
    const name = names[at] as string;
    return baked.includes(name) ? [] : [{ at, name, leaf }];
  });
  // Initializers take the names of their parameters, which have them from here on.
  byPath(statePlaces(network));
  const candidates = candidatesOf(ports, shapes);
  const run = (sizes: OtherSizes, variant: number) => {
    const given = ports.map(({ leaf }, input) =>
      varied(leaf, shapeAt(shapeOfLeaf(leaf), input, sizes), variant),
    );
    const byLeaf = new Map(ports.map(({ at }, input) => [at, given[input] as Leaf]));
    let next = 0;
    const args = mapLeaves(inputs, (leaf) => byLeaf.get(next++) ?? leaf);
    return trace(given, () => refusedPromise(network.forward(...(args as unknown as Inputs))));
  };
  return inEvaluation(network, () => {
    for (let exploration = explore(run, candidates); ; ) {
      try {
        return written(exploration, ports, options);
      } catch (error) {
        if (!(error instanceof SizeNeeded)) throw error;
        exploration = fixedFor(exploration, error);
      }
    }
  });
}

interface Port {
  readonly name: string;
  readonly leaf: Leaf;
}

function written(
  { free, fixed, runs }: Exploration,
  ports: readonly Port[],
  { outputs, name = "network", note = "" }: ExportOnnxOptions,
): OnnxExport {
  const inputs = ports.map(({ name, leaf }, input) => {
    const sizes = shapeOfLeaf(leaf).map((_, axis) =>
      runs.map(({ trace }) => shapeOfLeaf(trace.inputs[input] as Leaf)[axis] as number),
    );
    return { name, sizes, type: leaf instanceof Tensor ? ("float32" as const) : ("int64" as const) };
  });
  const writer = new NetworkWriter(runs, inputs);
  const paths = (runs[0] as Exploration["runs"][number]).trace.outputs.map(({ path }) => path);
  const results = namedOutputs(
    paths,
    outputs,
    inputs.map((input) => input.name),
  );
  const values = writer.outputs();
  const sizeNames = namedSizes(
    free,
    inputs.map((input) => input.name),
  );
  const named = (port: string, { sizes }: Pick<GraphValue, "sizes">): OnnxInput["shape"] =>
    sizes.map((own, axis) => {
      if (own.every((size) => size === own[0])) return own[0] as number;
      const same = free.find((size) =>
        own.every((one, run) => one === (runs[run]?.sizes.get(size) ?? size.size)),
      );
      return (same && sizeNames.get(same)) ?? `${port}_${axis}`;
    });
  const inputPorts = inputs.map((input) => ({
    name: input.name,
    shape: named(input.name, input),
    type: input.type,
  }));
  const outputPorts = results.map((port, at) => ({
    name: port,
    shape: named(port, values[at] as GraphValue),
    type: "float32" as const,
  }));
  const bytes = writer.graph.finish({
    name,
    note,
    inputs: inputPorts,
    outputs: outputPorts.map((port, at) => ({ ...port, value: (values[at] as GraphValue).name })),
  });
  const fixedSizes = fixed.map(({ input, ...rest }) => ({ input: (ports[input] as Port).name, ...rest }));
  return { bytes, inputs: inputPorts, outputs: outputPorts, fixed: fixedSizes };
}

/** What no formula of sizes says is fixed by fixing the size that it depends on. */
function fixedFor(exploration: Exploration, { sizes, message }: SizeNeeded): Exploration {
  const { free, runs } = exploration;
  const others = runs.filter((_, run) => sizes[run] !== sizes[0]);
  const [one] = [...others].sort((a, b) => a.sizes.size - b.sizes.size);
  const changed = free.findLast((size) => one?.sizes.has(size));
  if (changed === undefined) throw new Error(`exportOnnx: no size changes ${message}`);
  return withoutSize(exploration, changed, `another value is needed at other sizes: ${message}`);
}

function refusedPromise(output: unknown): unknown {
  if (!(output instanceof Promise)) return output;
  output.catch(() => undefined);
  throw new ValueError({
    where: "exportOnnx network",
    expected: "a forward that is not async",
    received: "a promise",
    repair: "Get its data ready before the call.",
  });
}
