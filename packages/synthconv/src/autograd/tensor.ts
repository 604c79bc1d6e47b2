import { checkOptions, type Fields, isRight } from "../core/arguments.js";
import { type CallSite, callSite, rememberConstruction } from "../core/call-site.js";
import { ShapeError } from "../core/errors.js";
import { type DType, dtypeOf, type FloatArray } from "../core/float-array.js";
import { ANY_FLOATS, BOOLEAN, kind, optional, STRING } from "../core/kinds.js";
import { formatShape, SHAPE, type Shape, sizeOf } from "../core/shape.js";
import { keepInPlace, numbersOf } from "./numbers.js";
import { asReason, DETACH_OPTIONS, type DetachOptions } from "./reason.js";
import type { NestedNumbers, OperationSettings, WriteCounter } from "./recorded.js";
import { type Scope, scopes } from "./scope.js";

/** One recorded operation: what `backward` walks from the loss to the leaves. */
export interface TapeNode {
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  /** `inputs[i].writes.count` when the operation ran: a later value means that its input was overwritten. */
  readonly writeCounts: readonly number[];
  /**
   * Gradients of the inputs from the gradient of the output; `undefined` where an input needs none.
   * Runs with the tape off.
   */
  readonly backward: (upstream: Tensor) => readonly (Tensor | undefined)[];
  /** The same in operations on the tape, which runs then: these gradients have gradients. `output` is the result. */
  readonly derivative?: ((upstream: Tensor, output: Tensor) => readonly (Tensor | undefined)[]) | undefined;
  /** True where the derivative is 0 for every input (round, sign): nothing before it can learn. */
  readonly zeroDerivative: boolean;
  /** See `Recording.runAt`. */
  readonly runAt?: number | undefined;
  /** Of the body of `tidy` in which it was recorded. */
  readonly scope?: Scope | undefined;
}

/** Where a value comes from, kept also where the tape is off or was left by `detach`: no gradient may flow there. */
export interface History {
  /** The operation that made the value. */
  readonly operation: string;
  /** A trainable leaf that it was computed from. */
  readonly source: Tensor;
}

export interface ObservedOperation {
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  /** Whether it was recorded: false with the tape off, and where no input requires a gradient. */
  readonly onTape: boolean;
  readonly zeroDerivative: boolean;
  /** See `Recording.settings`. */
  readonly settings?: OperationSettings | undefined;
}

/** Several operations that stand for one. */
export type ComposedOperation = Omit<ObservedOperation, "onTape" | "zeroDerivative">;

/**
 * Sees everything that happens to values, when it happens: what they were made from, whether or not a gradient
 * can flow back (provenance). There is one only while a diagnosis runs.
 */
export interface Observer {
  /** Called for every tensor, before any of the calls that say more about it. */
  created(tensor: Tensor): void;
  recorded(output: Tensor, operation: ObservedOperation): void;
  detached(output: Tensor, input: Tensor, reason: string | undefined): void;
  /** Called also for a value that no parameter may be made from: a diagnosis sees what would come of it. */
  parameterMade(parameter: Tensor, value: Tensor): void;
  /** Called before the numbers of a parameter are overwritten. */
  assigned(parameter: Tensor, values: FloatArray): void;
  /** Called before an optimizer updates these parameters. */
  stepped(optimizer: object, parameters: readonly Tensor[], learningRate: number): void;
  /** Called when a gradient is about to be propagated from `output`, which is not observed itself. */
  propagated(output: Tensor): void;
  /** Called with constants: the gradients of `output` that the function `where` took, by what they are for. */
  differentiated?(where: string, output: Tensor, gradients: ReadonlyMap<Tensor, Tensor>): void;
  /** A value stands in the place of the parameter of this path for one call of its network. */
  replaced?(parameter: Tensor, value: Tensor, path: string): void;
  /** Several operations are about to run that stand for one; it runs `body` and returns what that returns. */
  composed?<Result>(operation: ComposedOperation, body: () => Result): Result;
  /** What an operation's backward returned for its inputs. */
  pulledBack(output: Tensor, inputGradients: readonly (Tensor | undefined)[]): void;
  /** Called for a parameter without numbers before it is refused: it may be given some. */
  uninitialized?(parameter: Tensor): void;
}

/** Holds the observer of the diagnosis that runs now; without one each hook is one comparison. */
export const provenance: {
  observer: Observer | undefined;
  /** Where tensors were made, and of what, while a program that is to be diagnosed is imported. */
  sites: WeakMap<Tensor, { readonly site: CallSite; readonly inputs: readonly Tensor[] }> | undefined;
} = { observer: undefined, sites: undefined };

export interface TensorInit {
  readonly shape: Shape;
  readonly data: FloatArray;
  readonly requiresGrad?: boolean;
  readonly node?: TapeNode | undefined;
  readonly history?: History | undefined;
  readonly writes?: WriteCounter;
  readonly gradientOf?: string | undefined;
}

const OBJECT = kind<never>("an object", (value) => typeof value === "object" && value !== null);
const TENSOR_INIT: Fields<TensorInit> = {
  shape: SHAPE,
  data: ANY_FLOATS,
  requiresGrad: optional(BOOLEAN),
  node: optional(OBJECT),
  history: optional(OBJECT),
  writes: optional(OBJECT),
  gradientOf: optional(STRING),
};

/**
 * A contiguous, row-major array of float32 or float64 numbers that remembers what it was computed from.
 *
 * Make one with `tensor`, `zeros`, `ones`, `full` or an operation. Treat `data` as read-only: the tape may
 * have saved it. Only optimizers and `Parameter.assign` write in place, and they count their writes.
 */
export class Tensor {
  readonly shape: Shape;
  readonly node: TapeNode | undefined;
  readonly history: History | undefined;
  readonly writes: WriteCounter;
  /** Of a gradient, and of what was computed from one with the tape on: what it is the gradient of. */
  readonly gradientOf: string | undefined;
  /**
   * The sum of the gradients that `loss.backward()` has left here since it was last set to undefined (`zeroGrad`); same shape
   * and dtype. Leaves that require a gradient have one, results of operations never: `grad(loss, [x])` gives theirs.
   */
  grad: Tensor | undefined;
  readonly #leafRequiresGrad: boolean;
  /** The last of the fields: only that one can be taken away again (./tidy.ts) without the tensor becoming slow to look at. */
  readonly data: FloatArray;

  /**
   * @throws {ShapeError} when the data does not fill the shape.
   * @throws {ValueError} when a size is negative or not whole.
   */
  constructor(init: TensorInit) {
    if (!isRight(init, TENSOR_INIT)) checkOptions("Tensor", init, TENSOR_INIT);
    const { shape, data, requiresGrad = false, node, history, writes = { count: 0 }, gradientOf } = init;
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError({
        where: "Tensor",
        expected: `${sizeOf(shape)} numbers for shape ${formatShape(shape)}`,
        received: `${data.length}`,
      });
    }
    this.shape = shape;
    this.node = node;
    this.history = history;
    this.writes = writes;
    this.gradientOf = gradientOf;
    this.#leafRequiresGrad = requiresGrad;
    this.data = data;
    keepInPlace(this, data);
    if (requiresGrad) rememberConstruction(this);
    scopes.current?.tensors.push(this);
    const { observer, sites } = provenance;
    // In a run that is observed, the observer asks for the line itself.
    if (observer === undefined) sites?.set(this, { site: callSite(), inputs: [] });
    else observer.created(this);
  }

  get dtype(): DType {
    return dtypeOf(numbersOf(this));
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of entries. */
  get size(): number {
    return numbersOf(this).length;
  }

  /** True for a leaf that asks for a gradient and for everything recorded from one. */
  get requiresGrad(): boolean {
    return this.node !== undefined || this.#leafRequiresGrad;
  }

  /** False for a parameter whose numbers were neither drawn nor loaded: operations refuse it. */
  get isInitialized(): boolean {
    return true;
  }

  /** What messages call this tensor; parameters answer with their dotted path. */
  get label(): string {
    return this.node === undefined ? "tensor" : `the output of ${this.node.operation}`;
  }

  /**
   * The same numbers (not a copy) without their tape: no gradient passes. With a `reason` the cut is declared on
   * purpose, and the result may also start a new `Parameter`; without one it still counts as computed.
   *
   * @throws {ValueError} when the reason is empty.
   */
  detach(options: DetachOptions = {}): Tensor {
    checkOptions("detach", options, DETACH_OPTIONS, { repair: asReason });
    const { reason } = options;
    const history = reason === undefined ? historyOf("detach", [this]) : undefined;
    const output = new Tensor({ shape: this.shape, data: numbersOf(this), writes: this.writes, history });
    provenance.sites?.set(output, { site: callSite(), inputs: [this] });
    provenance.observer?.detached(output, this, reason);
    return output;
  }

  /**
   * The only entry of a tensor of one entry, as a plain number (which carries no gradient).
   *
   * @throws {ShapeError} when there is not exactly one entry.
   */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError({
        where: "item",
        expected: "a tensor of one entry",
        received: `shape ${formatShape(this.shape)}`,
        repair: "Reduce it first: sum(x) or mean(x).",
      });
    }
    return numbersOf(this)[0] as number;
  }

  /** The entries as nested plain arrays (a plain number for a scalar); they carry no gradient. */
  toArray(): NestedNumbers {
    const data = numbersOf(this);
    let offset = 0;
    const read = (axis: number): NestedNumbers =>
      axis === this.rank
        ? (data[offset++] as number)
        : Array.from({ length: this.shape[axis] as number }, () => read(axis + 1));
    return read(0);
  }

  toString(): string {
    return `Tensor(${formatShape(this.shape)}, ${this.dtype})`;
  }
}

/** The history of what an operation makes of these inputs; undefined where nothing trainable is among their sources. */
export function historyOf(operation: string, inputs: readonly Tensor[]): History | undefined {
  const input = inputs.find(({ history, requiresGrad }) => history !== undefined || requiresGrad);
  return input && { operation, source: input.history?.source ?? input };
}
