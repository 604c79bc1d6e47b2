/** What a row of the table of operations is given, and may ask for. */
import type { OnnxGraph } from "../format/index.js";
import { textOf } from "./same-trace.js";
import { isConstant, type Sizes } from "./size-formula.js";

/** A value of the graph, with its sizes in every run. */
export interface GraphValue {
  readonly name: string;
  /** By axis. */
  readonly sizes: readonly Sizes[];
}

/** What a graph of free sizes cannot say: another value is needed at other sizes. */
export class SizeNeeded extends Error {
  /** The value in every run. */
  readonly sizes: readonly unknown[];

  /** @param what it is: `the padding of pad`. */
  constructor(sizes: readonly unknown[], what: string) {
    super(what);
    this.sizes = sizes;
  }
}

/** Makes int64 values of sizes. */
export interface SizeWriter {
  /** The name of a row of sizes: a constant, or computed in the graph. */
  row(sizes: readonly Sizes[], what: string): string;
}

export interface StepParts {
  readonly graph: OnnxGraph;
  readonly operation: string;
  readonly inputs: readonly GraphValue[];
  /** Of the result, by axis. */
  readonly sizes: readonly Sizes[];
  /** Of the operation, in every run. */
  readonly settings: readonly Readonly<Record<string, unknown>>[];
  readonly sizeWriter: SizeWriter;
  /** The name of the input that has these indices, in every run. */
  readonly indexInput: (lists: readonly (readonly number[])[]) => string | undefined;
}

/** One operation that is to be written. */
export class Step {
  readonly graph: OnnxGraph;
  readonly operation: string;
  readonly inputs: readonly GraphValue[];
  /** Of the result, by axis. */
  readonly sizes: readonly Sizes[];
  readonly indexInput: StepParts["indexInput"];
  readonly #settings: StepParts["settings"];
  readonly #sizeWriter: SizeWriter;

  constructor({ graph, operation, inputs, sizes, settings, sizeWriter, indexInput }: StepParts) {
    this.graph = graph;
    this.operation = operation;
    this.inputs = inputs;
    this.sizes = sizes;
    this.indexInput = indexInput;
    this.#settings = settings;
    this.#sizeWriter = sizeWriter;
  }

  name(input: number): string {
    return (this.inputs[input] as GraphValue).name;
  }

  rank(input: number): number {
    return (this.inputs[input] as GraphValue).sizes.length;
  }

  /** The input's size, which must be the same in every run. */
  fixed(input: number, axis: number): number {
    const sizes = (this.inputs[input] as GraphValue).sizes.at(axis) as Sizes;
    if (isConstant(sizes)) return sizes[0] as number;
    throw new SizeNeeded(sizes, `axis ${axis} of an input of ${this.operation}`);
  }

  /** A setting that must be the same in every run. */
  setting<Value>(name: string): Value {
    const values = this.#settings.map((one) => one[name]);
    const texts = values.map((value) => textOf(value));
    if (texts.every((text) => text === texts[0])) return values[0] as Value;
    throw new SizeNeeded(texts, `${name} of ${this.operation}`);
  }

  /** A setting of numbers, in every run. */
  varying<Value>(name: string): readonly Value[] {
    return this.#settings.map((one) => one[name] as Value);
  }

  /** The name of a row of sizes. */
  row(sizes: readonly Sizes[]): string {
    return this.#sizeWriter.row(sizes, this.operation);
  }

  add(...args: Parameters<OnnxGraph["add"]>): string {
    return this.graph.add(...args);
  }
}

/** Writes the operators of one operation, and gives the name of its result. */
export type Row = (step: Step) => string;

export type Rows = Readonly<Record<string, Row>>;
