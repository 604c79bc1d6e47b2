/** Sizes that a graph computes from those of its values. */
import type { OnnxGraph } from "../format/index.js";
import {
  findFormula,
  findPower,
  isConstant,
  type KnownSize,
  type SizeFormula,
  type Sizes,
} from "./size-formula.js";
import { type GraphValue, SizeNeeded, type SizeWriter } from "./step.js";

/** TensorProto.DataType */
const FLOAT = 1;

interface ValueAxis {
  readonly name: string;
  readonly axis: number;
}

/** Knows the sizes of what was written so far, and writes others as formulas of them. */
export class GraphSizes implements SizeWriter {
  readonly #graph: OnnxGraph;
  readonly #known = new Map<string, KnownSize<ValueAxis>>();
  readonly #written = new Map<string, string>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
  }

  /** Sizes may be read off this value from now on; the inputs come first, and are preferred. */
  know({ name, sizes }: GraphValue): void {
    for (const [axis, one] of sizes.entries()) {
      const key = one.join();
      if (!isConstant(one) && !this.#known.has(key))
        this.#known.set(key, { factor: { name, axis }, sizes: one });
    }
  }

  row(sizes: readonly Sizes[], what: string): string {
    if (sizes.every(isConstant)) return this.#graph.whole(sizes.map(([size]) => size as number));
    const parts = sizes.map((one) => this.#one(one, what));
    return parts.length === 1 ? (parts[0] as string) : this.#graph.add("Concat", parts, { axis: { int: 0 } });
  }

  /**
   * The name of a float32 number that is a constant times a power of sizes: 1 over the number of pixels.
   *
   * @param values in every run.
   */
  power(values: readonly number[], what: string): string {
    const graph = this.#graph;
    const found = findPower(values, [...this.#known.values()]);
    if (found === undefined) throw new SizeNeeded(values, what);
    const { factors, exponent, scale } = found;
    const product = factors.map((factor) => this.#read(factor)).reduce((a, b) => graph.add("Mul", [a, b]));
    const number = graph.reshape(graph.add("Cast", [product], { to: { int: FLOAT } }), []);
    return graph.add("Mul", [graph.add("Pow", [number, graph.scalar(exponent)]), graph.scalar(scale)]);
  }

  #read({ name, axis }: ValueAxis): string {
    return this.#graph.add("Shape", [name], { start: { int: axis }, end: { int: axis + 1 } });
  }

  #one(sizes: Sizes, what: string): string {
    if (isConstant(sizes)) return this.#graph.whole([sizes[0] as number]);
    const key = sizes.join();
    const before = this.#written.get(key);
    if (before !== undefined) return before;
    const known = this.#known.get(key);
    const formula =
      known === undefined
        ? findFormula(sizes, [...this.#known.values()])
        : { factors: [known.factor], times: 1, plus: 0, over: 1 };
    if (formula === undefined) throw new SizeNeeded(sizes, `a size of ${what}`);
    const name = this.#write(formula);
    this.#written.set(key, name);
    return name;
  }

  #write({ factors, times, plus, over }: SizeFormula<ValueAxis>): string {
    const graph = this.#graph;
    let value = factors.map((factor) => this.#read(factor)).reduce((a, b) => graph.add("Mul", [a, b]));
    if (times !== 1) value = graph.add("Mul", [value, graph.whole([times])]);
    if (plus !== 0) value = graph.add("Add", [value, graph.whole([plus])]);
    return over === 1 ? value : graph.add("Div", [value, graph.whole([over])]);
  }
}
