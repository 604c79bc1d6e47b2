/** What a network computes for its inputs, as a list of operations. */
import { observe } from "../autograd/observe.js";
import type { OperationSettings } from "../autograd/recorded.js";
import { noGrad } from "../autograd/tape.js";
import { type ComposedOperation, type ObservedOperation, type Observer, Tensor } from "../autograd/tensor.js";
import { type CallSite, callSite } from "../core/call-site.js";
import type { Shape } from "../core/shape.js";
import { withDeepStacks } from "../doctor/place.js";

/** Where a value comes from: an input, a result of an operation, or what was there before, by its number. */
export interface Source {
  readonly kind: "input" | "result" | "constant";
  readonly index: number;
}

export interface TracedOperation {
  readonly operation: string;
  readonly inputs: readonly Source[];
  readonly settings: OperationSettings;
  readonly shape: Shape;
  readonly site: CallSite;
}

/** Outputs by their names; a single tensor has none. */
export interface TracedOutput {
  readonly path: readonly string[];
  readonly source: Source;
  readonly shape: Shape;
}

export interface Trace {
  readonly inputs: readonly unknown[];
  readonly operations: readonly TracedOperation[];
  /** In the order in which they were first read. */
  readonly constants: readonly Tensor[];
  /** By the number of the operation: the results that no input has a part in. */
  readonly known: ReadonlyMap<number, Tensor>;
  readonly outputs: readonly TracedOutput[];
  /** Paths of the parameters in whose places values stood. */
  readonly places: ReadonlyMap<Tensor, string>;
}

/**
 * Runs the body, with the tape off, and records what it computes from these inputs.
 *
 * @param inputs tensors by which it is known what depends on them, and lists, which are recorded as settings.
 */
export function trace(inputs: readonly unknown[], body: () => unknown): Trace {
  const tracer = new Tracer(inputs);
  const output = withDeepStacks(() => noGrad(() => observe(tracer, body)));
  const outputs = outputsOf(output, (tensor) => tracer.sourceOf(tensor));
  const { operations, constants, known, places } = tracer;
  return { inputs, operations, constants, known, outputs, places };
}

class Tracer implements Observer {
  readonly operations: TracedOperation[] = [];
  readonly constants: Tensor[] = [];
  readonly known = new Map<number, Tensor>();
  readonly places = new Map<Tensor, string>();
  readonly #sources = new WeakMap<Tensor, Source>();
  /** Above 0 inside of what stands for one operation. */
  #depth = 0;

  constructor(inputs: readonly unknown[]) {
    for (const [index, input] of inputs.entries())
      if (input instanceof Tensor) this.#sources.set(input, { kind: "input", index });
  }

  sourceOf(tensor: Tensor): Source {
    const known = this.#sources.get(tensor);
    if (known !== undefined) return known;
    const source: Source = { kind: "constant", index: this.constants.push(tensor) - 1 };
    this.#sources.set(tensor, source);
    return source;
  }

  recorded(output: Tensor, { operation, inputs, settings }: ObservedOperation): void {
    if (this.#depth > 0) return;
    const again = settings?.again;
    if (typeof again === "function") {
      // What a checkpoint computes was computed unseen; it gives the same numbers again.
      this.#sources.set(output, this.sourceOf(again() as Tensor));
      return;
    }
    this.#add(output, { operation, inputs, settings });
  }

  composed<Result>(operation: ComposedOperation, body: () => Result): Result {
    this.#depth++;
    let result: Result;
    try {
      result = body();
    } finally {
      this.#depth--;
    }
    if (this.#depth === 0) this.#add(result as Tensor, operation);
    return result;
  }

  detached(output: Tensor, input: Tensor): void {
    this.#sources.set(output, this.sourceOf(input));
  }

  replaced(_parameter: Tensor, value: Tensor, path: string): void {
    this.places.set(value, path);
  }

  created(): void {}
  parameterMade(): void {}
  assigned(): void {}
  stepped(): void {}
  propagated(): void {}
  pulledBack(): void {}

  #add(output: Tensor, { operation, inputs, settings = {} }: ComposedOperation): void {
    const sources = inputs.map((input) => this.sourceOf(input));
    const index =
      this.operations.push({ operation, inputs: sources, settings, shape: output.shape, site: callSite() }) -
      1;
    this.#sources.set(output, { kind: "result", index });
    const isKnown = sources.every(
      (source) => source.kind === "constant" || (source.kind === "result" && this.known.has(source.index)),
    );
    if (isKnown) this.known.set(index, output);
  }
}

/** The tensors in what a forward returns, with the names on the way to each. */
function outputsOf(
  value: unknown,
  sourceOf: (tensor: Tensor) => Source,
  path: readonly string[] = [],
): TracedOutput[] {
  if (value instanceof Tensor) return [{ path, source: sourceOf(value), shape: value.shape }];
  if (typeof value !== "object" || value === null) return [];
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return entries.flatMap(([name, one]) => outputsOf(one, sourceOf, [...path, String(name)]));
}
