import { checkSameDType, TENSOR } from "../autograd/kinds.js";
import { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { allocateUnset, allocateZeros, type FloatArray } from "../core/float-array.js";
import { kind, optional, SHARE, whole } from "../core/kinds.js";
import { formatShape, sameShape, sizeOf } from "../core/shape.js";
import { RunningSum } from "../core/sums.js";
import { add, logSoftmax, multiply, sum } from "../ops/index.js";
import { linearMap } from "../ops/linear-map.js";
import { withoutReduction } from "./loss-arguments.js";

export interface CrossEntropyOptions {
  /** Share of the target that is spread over all classes, 0 to 1 (Szegedy et al., CVPR 2016). Default 0. */
  readonly labelSmoothing?: number;
  /** Entries of this index take no part, not in the mean either. Default: there is none (PyTorch's is -100). */
  readonly ignoreIndex?: number;
}

const OPTIONS: Fields<CrossEntropyOptions> = {
  labelSmoothing: optional(SHARE),
  ignoreIndex: optional(whole(-Number.MAX_SAFE_INTEGER)),
};

type Indices = readonly number[] | Int32Array;

const TARGET = kind<Tensor | Indices>(
  "class indices, a list of whole numbers or an Int32Array, or a tensor of probabilities",
  (value) => value instanceof Tensor || Array.isArray(value) || value instanceof Int32Array,
);

/**
 * Cross entropy of class probabilities that are given as logits: `-log softmax(logits)` of the right class, the mean over
 * samples and pixels, as a tensor of one entry (torch.nn.functional.cross_entropy).
 *
 * @param logits [B,C] or [B,C,...]: C classes along axis 1.
 * @param target indices of the classes in row-major order of [B,...], or probabilities in the shape of the logits.
 * @throws {ShapeError} when the target does not fit.
 * @throws {ValueError} when an index is no class, or an option is outside its domain.
 */
export function crossEntropy(
  logits: Tensor,
  target: Tensor | Indices,
  options: CrossEntropyOptions = {},
): Tensor {
  check("crossEntropy", "logits", logits, TENSOR);
  check("crossEntropy", "target", target, TARGET);
  checkOptions("crossEntropy", options, OPTIONS, { unknown: withoutReduction });
  if (logits.rank < 2) {
    throw new ShapeError({
      where: "crossEntropy logits",
      expected: "[B,C] or [B,C,...], C classes along axis 1",
      received: formatShape(logits.shape),
    });
  }
  return target instanceof Tensor ? ofShares(logits, target, options) : ofIndices(logits, target, options);
}

function ofShares(
  logits: Tensor,
  target: Tensor,
  { labelSmoothing = 0, ignoreIndex }: CrossEntropyOptions,
): Tensor {
  checkSameDType("crossEntropy", [logits, target]);
  if (ignoreIndex !== undefined) {
    throw new ValueError({
      where: "crossEntropy ignoreIndex",
      expected: "a target of indices with it",
      received: "a tensor of probabilities",
    });
  }
  if (!sameShape(logits.shape, target.shape)) {
    throw new ShapeError({
      where: "crossEntropy target",
      expected: `probabilities of the shape of the logits, ${formatShape(logits.shape)}`,
      received: formatShape(target.shape),
      repair: "For one class per sample, pass the indices as a list: [2, 0, 1].",
    });
  }
  const classes = logits.shape[1] as number;
  const smooth =
    labelSmoothing === 0 ? target : add(multiply(target, 1 - labelSmoothing), labelSmoothing / classes);
  return multiply(sum(multiply(smooth, logSoftmax(logits, 1))), -classes / logits.size);
}

function ofIndices(logits: Tensor, target: Indices, options: CrossEntropyOptions): Tensor {
  const { labelSmoothing = 0, ignoreIndex } = options;
  const [batch, classes] = logits.shape as readonly [number, number];
  const pixels = sizeOf(logits.shape.slice(2));
  const indices = checkedIndices(logits, target, batch * pixels, classes, ignoreIndex);
  const count = indices.reduce((total, index) => total + (index === ignoreIndex ? 0 : 1), 0);
  const [chosen, spread] = [-(1 - labelSmoothing) / count, -labelSmoothing / classes / count];
  /** Calls `visit` with the place of each class of what is not ignored, and its share. */
  const forEach = (visit: (at: number, share: number) => void): void => {
    indices.forEach((index, entry) => {
      if (index === ignoreIndex) return;
      const start = Math.floor(entry / pixels) * classes * pixels + (entry % pixels);
      if (spread !== 0) for (let c = 0; c < classes; c++) visit(start + c * pixels, spread);
      visit(start + index * pixels, chosen);
    });
  };
  const apply = (data: FloatArray): FloatArray => {
    const total = new RunningSum();
    forEach((at, share) => total.add(share * (data[at] as number)));
    return allocateUnset(logits.dtype, 1).fill(count === 0 ? Number.NaN : total.value);
  };
  const adjoint = (data: FloatArray): FloatArray => {
    const gradient = allocateZeros(logits.dtype, logits.size);
    forEach((at, share) => {
      gradient[at] = (gradient[at] as number) + share * (data[0] as number);
    });
    return gradient;
  };
  const settings = { indices, labelSmoothing, ignoreIndex };
  const map = { operation: "crossEntropy", settings, from: logits.shape, to: [], apply, adjoint };
  return linearMap(map, logSoftmax(logits, 1));
}

/** A copy: the caller may write to its array before the backward pass. */
function checkedIndices(
  logits: Tensor,
  target: Indices,
  length: number,
  classes: number,
  ignoreIndex: number | undefined,
): number[] {
  if (target.length !== length) {
    const rest = logits.shape.toSpliced(1, 1);
    throw new ShapeError({
      where: "crossEntropy target",
      expected: `${rest.join("*")} = ${length} indices for logits ${formatShape(logits.shape)}`,
      received: String(target.length),
    });
  }
  const copy = Array.from(target);
  copy.forEach((index, at) => {
    if (index === ignoreIndex || (Number.isInteger(index) && index >= 0 && index < classes)) return;
    throw new ValueError({
      where: `crossEntropy target[${at}]`,
      expected: `a class from 0 to ${classes - 1} of logits ${formatShape(logits.shape)}`,
      received: describeValue(index),
      repair: "Entries to be left out have an index of their own: { ignoreIndex: -100 }.",
    });
  });
  return copy;
}
