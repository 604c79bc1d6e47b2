import { checkAxes, checkMemory, checkSameDType, TENSOR } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { type FloatArray, toDType } from "../core/float-array.js";
import { formatShape, sizeOf } from "../core/shape.js";
import { addProduct, allocateSums } from "../kernels/product/index.js";
import { BIAS } from "./check.js";
import { gradientFor } from "./result.js";
import { sumTo } from "./strided.js";

/**
 * A fully connected layer: `x` [...,I], weight [O,I] and bias [O] give `x weightT + bias` [...,O]. Long
 * sums accumulate in float64.
 *
 * @throws {ShapeError} when the shapes do not fit, or the numbers of an input were transferred away.
 * @throws {ValueError} when dtypes differ.
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  checkLinear(x, weight, bias);
  const [outputs, inputs] = weight.shape as readonly [number, number];
  const batch = x.shape.slice(0, -1);
  const rows = sizeOf(batch);
  const forward = { rows, columns: outputs, inner: inputs };
  const out = allocateSums(rows * outputs, forward, x.data, 1);
  if (bias !== undefined) for (let row = 0; row < rows; row++) out.set(bias.data, row * outputs);
  addProduct({ ...forward, a: x.data, b: weight.data, transposed: "b", out, isFresh: bias === undefined });

  const gradientX = (upstream: FloatArray): Tensor => {
    const size = { rows, columns: inputs, inner: outputs };
    const gradient = allocateSums(x.size, size, x.data, 1);
    addProduct({ ...size, a: upstream, b: weight.data, out: gradient, isFresh: true });
    return gradientFor(x, gradient);
  };
  const gradientWeight = (upstream: FloatArray): Tensor => {
    const size = { rows: outputs, columns: inputs, inner: rows };
    const gradient = allocateSums(weight.size, size, x.data, 1);
    addProduct({ ...size, a: upstream, b: x.data, transposed: "a", out: gradient, isFresh: true });
    return gradientFor(weight, gradient);
  };
  return record({
    operation: "linear",
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    shape: [...batch, outputs],
    data: toDType(out, x.dtype),
    backward: ({ data: upstream }) => {
      checkMemory("linear backward", [x, weight]);
      return [
        x.requiresGrad ? gradientX(upstream) : undefined,
        weight.requiresGrad ? gradientWeight(upstream) : undefined,
        bias?.requiresGrad ? gradientFor(bias, sumTo(upstream, [rows, outputs], [1, outputs])) : undefined,
      ];
    },
  });
}

/** Weights of each sample are what a generator writes: say which product takes them. */
function weightRepair({ shape, rank }: Tensor, weight: Tensor): string {
  const [batch, outputs, inputs] = weight.shape;
  if (weight.rank !== 3 || shape[0] !== batch || shape.at(-1) !== inputs) {
    return "A linear layer's weight is a matrix of outputs by inputs.";
  }
  const call =
    rank === 2
      ? `reshape(matmul(weight, reshape(x, ${formatShape([...shape, 1])})), ${formatShape([batch, outputs] as number[])})`
      : "matmul(x, transpose(weight, [0, 2, 1]))";
  return `One matrix a sample, [B,O,I], goes through ${rank <= 3 ? call : "matmul"}; add the bias to it.`;
}

function checkLinear(x: Tensor, weight: Tensor, bias: Tensor | undefined): void {
  check("linear", "x", x, TENSOR);
  check("linear", "weight", weight, TENSOR);
  check("linear", "bias", bias, BIAS);
  checkSameDType("linear", [x, weight, bias]);
  checkMemory("linear", [x, weight, bias]);
  checkAxes("linear weight", weight, "[O,I]", weightRepair(x, weight));
  const [outputs, inputs] = weight.shape as readonly [number, number];
  if (x.shape.at(-1) !== inputs) {
    throw new ShapeError({
      where: "linear",
      expected: `x with ${inputs} numbers along its last axis, as weight ${formatShape(weight.shape)} reads`,
      received: formatShape(x.shape),
      repair:
        x.shape.at(-1) === outputs
          ? "The weight is [outputs,inputs]: transpose(weight) if it was stored the other way round."
          : "Give the layer the size of its input.",
    });
  }
  if (bias !== undefined && (bias.rank !== 1 || bias.shape[0] !== outputs)) {
    throw new ShapeError({
      where: "linear bias",
      expected: `[${outputs}], one number an output of weight ${formatShape(weight.shape)}`,
      received: formatShape(bias.shape),
    });
  }
}
