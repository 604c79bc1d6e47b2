import { type Activation, DEFAULT_NEGATIVE_SLOPE } from "../../core/activations.js";
import type { Shape } from "../../core/index.js";
import { encodeOnnx, type OnnxAttribute, type OnnxConstant, type OnnxInput, type OnnxNode } from "./model.js";

/** A graph that is being written: values are names, made by its operations one after the other. */
export class OnnxGraph {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];
  readonly #whole = new Map<string, string>();
  readonly #shared = new Map<string, string>();

  /** The name of the operation's only result. */
  add(
    operation: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const [output] = this.addSeveral(operation, inputs, attributes, 1);
    return output as string;
  }

  /** The names of the operation's results, `count` of them. */
  addSeveral(
    operation: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    count: number,
  ): string[] {
    const first = `v${this.#nodes.length}`;
    const outputs = Array.from({ length: count }, (_, at) => (at === 0 ? first : `${first}_${at}`));
    this.#nodes.push({ operation, inputs, outputs, attributes });
    return outputs;
  }

  /** float32 numbers; without a name of its own it gets one. */
  floats(values: ArrayLike<number>, shape: Shape, name = `c${this.#constants.length}`): string {
    this.#constants.push({ name, shape, data: Float32Array.from(values) });
    return name;
  }

  /** float32 numbers that stand in the file once under their key, which says what they are. */
  shared(key: string, shape: Shape, make: () => Float32Array): string {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const name = this.floats(make(), shape);
    this.#shared.set(key, name);
    return name;
  }

  scalar(value: number): string {
    return this.floats([value], []);
  }

  /** int64 numbers in a row, as shapes and axes are given; the same ones stand in the file once. */
  whole(values: readonly number[]): string {
    const key = values.join();
    const known = this.#whole.get(key);
    if (known !== undefined) return known;
    const name = `c${this.#constants.length}`;
    this.#constants.push({ name, shape: [values.length], data: BigInt64Array.from(values, BigInt) });
    this.#whole.set(key, name);
    return name;
  }

  /** @param shape -1 for what is left, once; 0 for the size that the axis has. */
  reshape(value: string, shape: Shape): string {
    return this.add("Reshape", [value, this.whole(shape)]);
  }

  activation(value: string, activation: Activation, negativeSlope: number = DEFAULT_NEGATIVE_SLOPE): string {
    return ACTIVATIONS[activation](this, value, negativeSlope);
  }

  /** The bytes of the file. The last value takes the output's name. */
  finish(options: {
    readonly name: string;
    readonly note: string;
    readonly inputs: readonly OnnxInput[];
    readonly outputs: readonly (OnnxInput & { readonly value: string })[];
    readonly metadata?: Readonly<Record<string, string>>;
  }): Uint8Array {
    const { outputs, metadata = {} } = options;
    for (const { value, name } of outputs) {
      this.#nodes.push({ operation: "Identity", inputs: [value], outputs: [name], attributes: {} });
    }
    return encodeOnnx({ ...options, metadata, constants: this.#constants, nodes: this.#nodes });
  }
}

/** Operators of set 17; gelu and silu are written out, as the set has neither. */
const ACTIVATIONS: Readonly<Record<Activation, (graph: OnnxGraph, z: string, slope: number) => string>> = {
  none: (_, z) => z,
  relu: (graph, z) => graph.add("Relu", [z]),
  leakyRelu: (graph, z, slope) => graph.add("LeakyRelu", [z], { alpha: { float: slope } }),
  silu: (graph, z) => graph.add("Mul", [z, graph.add("Sigmoid", [z])]),
  gelu: (graph, z) => {
    const error = graph.add("Erf", [graph.add("Mul", [z, graph.scalar(Math.SQRT1_2)])]);
    const twice = graph.add("Add", [error, graph.scalar(1)]);
    return graph.add("Mul", [graph.add("Mul", [z, graph.scalar(0.5)]), twice]);
  },
  tanh: (graph, z) => graph.add("Tanh", [z]),
  sigmoid: (graph, z) => graph.add("Sigmoid", [z]),
  softplus: (graph, z) => graph.add("Softplus", [z]),
};
