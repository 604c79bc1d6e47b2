/** The runs of a network as one graph. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { ValueError } from "../core/errors.js";
import { OnnxGraph } from "../format/index.js";
import type { Run } from "./free-sizes.js";
import { GraphSizes } from "./graph-sizes.js";
import { ROWS } from "./rows/index.js";
import { hasSameNumbers, isList, nameWithPlace, readerOf } from "./same-trace.js";
import { type GraphValue, type Row, SizeNeeded, Step } from "./step.js";
import type { Source, Trace, TracedOperation } from "./trace.js";
import { sizeDependentConstant } from "./varying-constant.js";

/** Entries of a parameter that a moved copy of may stand in the file beside it. */
const SMALL = 64;
/** What moves numbers and computes none: of a parameter it is done in the graph, so that the file holds it once. */
const MOVES = new Set(["reshape", "transpose", "slice", "concat", "expand", "flip", "gather", "pad"]);
/** Whether the graph may give the name by itself: `v3`, `c12`. */
const isOwnName = (name: string): boolean =>
  (name.startsWith("v") || name.startsWith("c")) && Number.isInteger(Number(name.slice(1)));

export class NetworkWriter {
  readonly graph: OnnxGraph = new OnnxGraph();
  readonly sizes: GraphSizes = new GraphSizes(this.graph);
  readonly #traces: readonly Trace[];
  readonly #example: Trace;
  readonly #inputs: readonly GraphValue[];
  readonly #results = new Map<number, string>();
  readonly #constants = new Map<Tensor, string>();

  /** @param inputs of the graph, in the order of those of the traces. */
  constructor(runs: readonly Run[], inputs: readonly GraphValue[]) {
    this.#traces = runs.map(({ trace }) => trace);
    this.#example = this.#traces[0] as Trace;
    this.#inputs = inputs;
    for (const input of inputs) this.sizes.know(input);
  }

  /** Writes what the outputs need, and gives their values. */
  outputs(): GraphValue[] {
    return this.#example.outputs.map(({ source }, at) => ({
      name: this.#nameOf(source),
      sizes: this.#sizesOf(({ outputs }) => outputs[at] as { readonly shape: readonly number[] }),
    }));
  }

  #sizesOf(read: (trace: Trace) => { readonly shape: readonly number[] }): GraphValue["sizes"] {
    const shapes = this.#traces.map((trace) => read(trace).shape);
    return (shapes[0] as readonly number[]).map((_, axis) => shapes.map((shape) => shape[axis] as number));
  }

  #valueOf(source: Source): GraphValue {
    const { kind, index } = source;
    if (kind === "input") return this.#inputs[index] as GraphValue;
    const sizes = this.#sizesOf((trace) =>
      kind === "result" ? (trace.operations[index] as TracedOperation) : (trace.constants[index] as Tensor),
    );
    return { name: this.#nameOf(source), sizes };
  }

  #nameOf(source: Source): string {
    const { kind, index } = source;
    if (kind === "input") return (this.#inputs[index] as GraphValue).name;
    if (kind === "constant") return this.#constantName(index);
    const before = this.#results.get(index);
    if (before !== undefined) return before;
    this.#writeUpTo(index);
    return this.#results.get(index) as string;
  }

  /** What an operation needs is written before it: without recursion, as networks may be deep. */
  #writeUpTo(index: number): void {
    const needed = [index];
    for (let at = needed.at(-1); at !== undefined; at = needed.at(-1)) {
      const operation = this.#example.operations[at] as TracedOperation;
      const missing = this.#isFolded(at)
        ? undefined
        : operation.inputs.find((source) => source.kind === "result" && !this.#results.has(source.index));
      if (missing !== undefined) {
        needed.push(missing.index);
        continue;
      }
      needed.pop();
      if (!this.#results.has(at)) this.#results.set(at, this.#write(at, operation));
    }
  }

  #write(index: number, operation: TracedOperation): string {
    const known = this.#example.known.get(index);
    if (known !== undefined && this.#isFolded(index)) return this.#initializer(known);
    const row = Object.hasOwn(ROWS, operation.operation) ? (ROWS[operation.operation] as Row) : undefined;
    if (row === undefined) throw noRow(operation);
    const step = new Step({
      graph: this.graph,
      operation: operation.operation,
      inputs: operation.inputs.map((source) => this.#valueOf(source)),
      sizes: this.#sizesOf(({ operations }) => operations[index] as TracedOperation),
      settings: this.#traces.map(({ operations }) => (operations[index] as TracedOperation).settings),
      sizeWriter: this.sizes,
      indexInput: (lists) => this.#indexInput(lists),
    });
    try {
      const name = row(step);
      this.sizes.know({ name, sizes: step.sizes });
      return name;
    } catch (error) {
      if (!(error instanceof SizeNeeded)) throw error;
      throw new SizeNeeded(error.sizes, `${error.message} (${nameWithPlace(operation)})`);
    }
  }

  /** Whether the result is the same in every run, so that its numbers can stand in the file. */
  #isFolded(index: number): boolean {
    const known = this.#example.known.get(index);
    if (known === undefined) return false;
    const { operation, inputs } = this.#example.operations[index] as TracedOperation;
    if (known.size > SMALL && MOVES.has(operation) && inputs.some((source) => this.#isFromParameter(source)))
      return false;
    return this.#traces.every((trace) => hasSameNumbers(known, trace.known.get(index)));
  }

  /** Whether it is a parameter, or one whose numbers are only moved. */
  #isFromParameter({ kind, index }: Source): boolean {
    if (kind === "constant") return this.#example.constants[index] instanceof Parameter;
    if (kind === "input" || !this.#example.known.has(index)) return false;
    const { operation, inputs } = this.#example.operations[index] as TracedOperation;
    return MOVES.has(operation) && inputs.some((source) => this.#isFromParameter(source));
  }

  #constantName(index: number): string {
    const all = this.#traces.map(({ constants }) => constants[index] as Tensor);
    const [first] = all as [Tensor];
    if (all.every((one) => hasSameNumbers(first, one))) return this.#initializer(first);
    const reader = readerOf(this.#example, index);
    return sizeDependentConstant(
      { graph: this.graph, sizes: this.sizes },
      all,
      reader === undefined ? "an output" : nameWithPlace(reader),
    );
  }

  #initializer(tensor: Tensor): string {
    const before = this.#constants.get(tensor);
    if (before !== undefined) return before;
    const own = this.#example.places.get(tensor) ?? (tensor instanceof Parameter ? tensor.name : undefined);
    const isFree =
      own !== undefined &&
      ![...this.#constants.values(), ...this.#inputs.map((input) => input.name)].includes(own);
    const name = isFree && !isOwnName(own) ? own : undefined;
    const made = this.graph.floats(tensor.data, tensor.shape, name);
    this.#constants.set(tensor, made);
    return made;
  }

  /** The input whose entries these lists are, in every run. */
  #indexInput(lists: readonly (readonly number[])[]): string | undefined {
    const at = this.#example.inputs.findIndex((_, index) =>
      this.#traces.every(({ inputs }, run) => isList(inputs[index], lists[run])),
    );
    return at === -1 ? undefined : (this.#inputs[at] as GraphValue).name;
  }
}

function noRow(operation: TracedOperation): ValueError {
  return new ValueError({
    where: "exportOnnx network",
    expected: "operations that ONNX has a form for",
    received: nameWithPlace(operation),
    repair:
      REPAIRS[operation.operation] ??
      "Compute it with operations of the library's own, or export what comes before it.",
  });
}

const REPAIRS: Readonly<Record<string, string>> = {
  dropout: "A file drops nothing: use the layer Dropout, which drops in training alone.",
};
