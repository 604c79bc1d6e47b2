/** The operations of one run of a loss, with the caller's lines: where a gradient becomes 0, and what is not used. */
import { type CallSite, callSite } from "../core/call-site.js";
import { withDeepStacks } from "../doctor/place.js";
import { disposingAll } from "./engine-variables.js";
import { checkedLoss } from "./observed-loss.js";
import { replaceMethod } from "./replace-method.js";
import type { TfjsTensor, TfjsVariable } from "./tensorflow.js";
import { gradientRun, type Subject } from "./training-steps.js";

/** One operation on the tape; tensors are distinguished by their ids. */
export interface Operation {
  /** As TensorFlow.js calls its kernel. */
  readonly kernel: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly site: CallSite | undefined;
}

/** Where the gradient of a variable becomes 0. */
export interface ZeroCause {
  /** A function of steps; units that give nothing but 0; a factor that is 0 everywhere. */
  readonly kind: "steps" | "off" | "factor";
  readonly operation: Operation;
}

const STEPS: ReadonlySet<string> = new Set([
  ...["ArgMax", "ArgMin", "Ceil", "Floor", "Round", "Sign", "Step"],
  ...["IsFinite", "IsInf", "IsNan", "OnesLike", "ZerosLike"],
]);
const UNITS: ReadonlySet<string> = new Set(["Relu", "Relu6", "ClipByValue"]);
const PRODUCTS: ReadonlySet<string> = new Set([
  ...["Multiply", "BatchMatMul", "Conv2D", "DepthwiseConv2dNative", "_FusedMatMul", "FusedConv2D"],
]);

export class RecordedRun {
  readonly #operations: readonly Operation[];
  readonly #loss: number;
  /** Tensors whose entries are all 0. */
  readonly #zeros: ReadonlySet<number>;

  constructor(operations: readonly Operation[], loss: number, zeros: ReadonlySet<number>) {
    this.#operations = operations;
    this.#loss = loss;
    this.#zeros = zeros;
  }

  /** The operation without which nothing leads from the variable to the loss, and that lets no gradient through. */
  zeroCause({ id }: TfjsVariable): ZeroCause | undefined {
    const influenced = this.#influenced(id);
    for (const operation of this.#operations) {
      if (!operation.inputs.some((input) => influenced.has(input))) continue;
      if (this.#influenced(id, operation).has(this.#loss)) continue;
      const cause = this.#causeIn(operation, influenced);
      if (cause !== undefined) return cause;
    }
    return undefined;
  }

  /** The last operation that a variable takes part in and whose result nothing reads. */
  deadEnd({ id }: TfjsVariable): Operation | undefined {
    const influenced = this.#influenced(id);
    const read = new Set(this.#operations.flatMap(({ inputs }) => inputs));
    return this.#operations.findLast(
      ({ inputs, outputs }) =>
        inputs.some((input) => influenced.has(input)) && !outputs.some((output) => read.has(output)),
    );
  }

  /** Everything that is computed from a tensor, without an operation. */
  #influenced(id: number, without?: Operation): ReadonlySet<number> {
    const influenced = new Set([id]);
    for (const operation of this.#operations) {
      if (operation === without || !operation.inputs.some((input) => influenced.has(input))) continue;
      for (const output of operation.outputs) influenced.add(output);
    }
    return influenced;
  }

  #causeIn(operation: Operation, influenced: ReadonlySet<number>): ZeroCause | undefined {
    if (STEPS.has(operation.kernel)) return { kind: "steps", operation };
    if (this.#isOff(operation)) return { kind: "off", operation };
    if (!PRODUCTS.has(operation.kernel)) return undefined;
    const factor = operation.inputs.find((input) => !influenced.has(input) && this.#zeros.has(input));
    if (factor === undefined) return undefined;
    const maker = this.#operations.find(({ outputs }) => outputs.includes(factor));
    return maker !== undefined && this.#isOff(maker)
      ? { kind: "off", operation: maker }
      : { kind: "factor", operation };
  }

  #isOff({ kernel, outputs }: Operation): boolean {
    return UNITS.has(kernel) && outputs.every((output) => this.#zeros.has(output));
  }
}

/** Runs the loss once, and records its operations. */
export function recordRun({ tf, loss, variables }: Subject): RecordedRun {
  const engine = tf.engine();
  const sites = new Map<number, CallSite>();
  const zeros = new Set<number>();
  let operations: readonly Operation[] = [];
  let result = Number.NaN;
  const told = (tensor: TfjsTensor): void => {
    const isNumeric = tensor.dtype === "float32" && !tensor.isDisposed;
    if (isNumeric && tensor.dataSync<"float32">().every((value) => value === 0)) zeros.add(tensor.id);
  };
  const restore = replaceMethod(engine, "runKernel", (run) => {
    return function (this: typeof engine, ...given: Parameters<typeof run>) {
      const outputs = run.apply(this, given) as TfjsTensor | TfjsTensor[];
      if (engine.state.kernelDepth > 0) return outputs;
      for (const input of Object.values(given[1])) if (input instanceof tf.Tensor) told(input);
      for (const output of [outputs].flat()) {
        told(output);
        sites.set(output.id, callSite());
      }
      return outputs;
    } as typeof run;
  });
  const recordedLoss = (): TfjsTensor => {
    const value = checkedLoss(tf, withDeepStacks(loss as () => unknown));
    operations = (engine.state.activeTape ?? []).map(({ kernelName, inputs, outputs }) => ({
      kernel: kernelName,
      inputs: Object.values(inputs).flatMap((input) => (input instanceof tf.Tensor ? [input.id] : [])),
      outputs: outputs.map(({ id }) => id),
      site: sites.get(outputs[0]?.id ?? -1),
    }));
    result = value.id;
    return value;
  };
  try {
    disposingAll(tf, () => gradientRun(tf, recordedLoss, [...variables.values()]));
  } finally {
    restore();
  }
  return new RecordedRun(operations, result, zeros);
}
