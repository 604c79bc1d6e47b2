/** What `backward` leaves at the leaves. */
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { optional } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import { GradientSum } from "./gradient-sum.js";
import { TENSOR } from "./kinds.js";
import { propagate } from "./propagate.js";
import { keepMemory, scopes } from "./scope.js";
import { Tensor } from "./tensor.js";

declare module "./tensor.js" {
  interface Tensor {
    /**
     * Adds the gradient of this tensor, usually the loss, to `.grad` of every leaf that requires one and leads to
     * it. It adds until `.grad` is set to undefined (`zeroGrad`), so several calls accumulate, and the tape stays
     * as it is: a second call adds the same again.
     *
     * @param seed gradient of this tensor itself, same shape; may be left out when it has one entry.
     * @throws {GraphError} when this tensor is not on the tape, or a value the tape needs was overwritten.
     * @throws {ShapeError} when the seed does not fit.
     */
    backward(seed?: Tensor): void;
  }
}

// Here and not in the class: the walk makes tensors, so its file stands above theirs.
Object.defineProperty(Tensor.prototype, "backward", {
  value: function backward(this: Tensor, seed?: Tensor): void {
    check("backward", "seed", seed, optional(TENSOR));
    for (const [leaf, gradient] of propagate("backward", this, seed)) {
      accumulate(leaf, gradient);
      if (scopes.current !== undefined) keepMemory(leaf.grad as Tensor);
    }
  },
  configurable: true,
  writable: true,
});

/** What the gradients of tensors were summed from, as long as these are there: their sums are wider than they are. */
const sums = new WeakMap<Tensor, GradientSum>();

function accumulate(leaf: Tensor, gradient: Tensor): void {
  const { grad: before } = leaf;
  if (before === undefined) {
    leaf.grad = gradient;
    return;
  }
  if (!sameShape(before.shape, leaf.shape)) throw otherShape(leaf, before);
  const known = sums.get(before);
  const sum = known?.gives(before.data) ? known : new GradientSum(before);
  sum.add(gradient);
  const { shape, data } = sum.total();
  leaf.grad = new Tensor({ shape, data, gradientOf: gradient.gradientOf });
  sums.set(leaf.grad, sum);
}

function otherShape(leaf: Tensor, before: Tensor): ShapeError {
  return new ShapeError({
    where: "backward",
    expected: `grad of ${leaf.label} to be shaped like it, ${formatShape(leaf.shape)}`,
    received: formatShape(before.shape),
    repair: "Set it to undefined (zeroGrad), or to a gradient of its shape.",
  });
}
