import { checkMemory, checkSameDType, TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { type FloatArray, toDType } from "../core/float-array.js";
import { formatShape, sizeOf } from "../core/shape.js";
import { addProduct, allocateSums } from "../kernels/product/index.js";
import { BIAS } from "./check.js";
import { sumToShape } from "./expand.js";
import { matmul, swapped } from "./matmul.js";
import { gradientFor } from "./result.js";
import { reshape } from "./shape-ops.js";
import { sumTo } from "./strided.js";

/**
 * A fully connected layer: `x` [...,I], weight [O,I] and bias [O] give `x weightT + bias` [...,O]. With one set of
 * weights or of biases per sample, [B,O,I] or [B,O], `x` is [B,...,I]. Long sums accumulate in float64.
 *
 * @throws {ShapeError} when the shapes do not fit, or the numbers of an input were transferred away.
 * @throws {ValueError} when dtypes differ.
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  checkLinear(x, weight, bias);
  const [outputs, inputs] = weight.shape.slice(-2) as [number, number];
  const samples = weight.rank === 3 ? (weight.shape[0] as number) : 1;
  const batch = x.shape.slice(0, -1);
  const rows = samples === 0 ? 0 : sizeOf(batch) / samples;
  const forward = { rows, columns: outputs, inner: inputs };
  const out = allocateSums(samples * rows * outputs, forward, numbersOf(x), 1);
  const biasSets = bias?.rank === 2 ? (bias.shape[0] as number) : 1;
  const biasRows = biasSets === 0 ? 0 : sizeOf(batch) / biasSets;
  if (bias !== undefined) {
    for (let row = 0; row < biasSets * biasRows; row++) {
      const set = Math.floor(row / biasRows);
      out.set(numbersOf(bias).subarray(set * outputs, (set + 1) * outputs), row * outputs);
    }
  }
  const part = <Data extends FloatArray>(data: Data, sample: number, size: number): Data =>
    data.subarray(sample * size, (sample + 1) * size) as Data;
  // Of a condition without numbers there is nothing to multiply.
  for (let sample = 0; sample < samples && inputs > 0; sample++) {
    addProduct({
      ...forward,
      a: part(numbersOf(x), sample, rows * inputs),
      b: part(numbersOf(weight), sample, outputs * inputs),
      transposed: "b",
      out: part(out, sample, rows * outputs),
      isFresh: bias === undefined,
    });
  }

  const gradientX = (upstream: FloatArray): Tensor => {
    const size = { rows, columns: inputs, inner: outputs };
    const gradient = allocateSums(x.size, size, numbersOf(x), 1);
    for (let sample = 0; sample < samples; sample++) {
      addProduct({
        ...size,
        a: part(upstream, sample, rows * outputs),
        b: part(numbersOf(weight), sample, outputs * inputs),
        out: part(gradient, sample, rows * inputs),
        isFresh: true,
      });
    }
    return gradientFor(x, gradient);
  };
  const gradientWeight = (upstream: FloatArray): Tensor => {
    const size = { rows: outputs, columns: inputs, inner: rows };
    const gradient = allocateSums(weight.size, size, numbersOf(x), 1);
    for (let sample = 0; sample < samples; sample++) {
      addProduct({
        ...size,
        a: part(upstream, sample, rows * outputs),
        b: part(numbersOf(x), sample, rows * inputs),
        transposed: "a",
        out: part(gradient, sample, outputs * inputs),
        isFresh: true,
      });
    }
    return gradientFor(weight, gradient);
  };
  const biasShape = [biasSets, 1, outputs];
  return record({
    operation: "linear",
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    shape: [...batch, outputs],
    data: toDType(out, x.dtype),
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      checkMemory("linear backward", [x, weight]);
      return [
        x.requiresGrad ? gradientX(upstream) : undefined,
        weight.requiresGrad ? gradientWeight(upstream) : undefined,
        bias?.requiresGrad
          ? gradientFor(bias, sumTo(upstream, [biasSets, biasRows, outputs], biasShape))
          : undefined,
      ];
    },
    derivative: (upstream) => {
      const each = reshape(upstream, [samples, rows, outputs]);
      const weights = reshape(weight, [samples, outputs, inputs]);
      const ofX = (): Tensor => reshape(matmul(each, weights), x.shape);
      const ofWeight = (): Tensor =>
        reshape(matmul(swapped(each), reshape(x, [samples, rows, inputs])), weight.shape);
      return [
        x.requiresGrad ? ofX() : undefined,
        weight.requiresGrad ? ofWeight() : undefined,
        bias?.requiresGrad
          ? reshape(sumToShape(reshape(upstream, [biasSets, biasRows, outputs]), biasShape), bias.shape)
          : undefined,
      ];
    },
  });
}

function checkLinear(x: Tensor, weight: Tensor, bias: Tensor | undefined): void {
  check("linear", "x", x, TENSOR);
  check("linear", "weight", weight, TENSOR);
  check("linear", "bias", bias, BIAS);
  checkSameDType("linear", [x, weight, bias]);
  checkMemory("linear", [x, weight, bias]);
  if (weight.rank !== 2 && weight.rank !== 3) {
    throw new ShapeError({
      where: "linear weight",
      expected: "[O,I] (shared by the batch) or [B,O,I] (one set per sample)",
      received: formatShape(weight.shape),
      repair: "The rank says what is shared, so neither form drops an axis of size 1.",
    });
  }
  checkSamples(x, weight);
  const [outputs, inputs] = weight.shape.slice(-2) as [number, number];
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
  checkLinearBias(x, weight, bias, outputs);
}

function checkSamples(x: Tensor, weight: Tensor): void {
  if (weight.rank !== 3) return;
  if (x.rank >= 2 && x.shape[0] === weight.shape[0]) return;
  throw new ShapeError({
    where: "linear weight",
    expected:
      x.rank < 2
        ? `x [B,...,${weight.shape[2]}] with one set of weights per sample`
        : `${x.shape[0]} sets of weights, one for each sample of x ${formatShape(x.shape)}`,
    received: x.rank < 2 ? formatShape(x.shape) : `${weight.shape[0]} (${formatShape(weight.shape)})`,
    repair: "Write one set per sample, or drop the first axis to share one set by the batch.",
  });
}

function checkLinearBias(x: Tensor, weight: Tensor, bias: Tensor | undefined, outputs: number): void {
  if (bias === undefined || (bias.rank === 1 && bias.shape[0] === outputs)) return;
  const [samples] = x.shape;
  const isPerSample = x.rank >= 2;
  if (isPerSample && bias.rank === 2 && bias.shape[0] === samples && bias.shape[1] === outputs) return;
  throw new ShapeError({
    where: "linear bias",
    expected: `[${outputs}]${isPerSample ? ` or [${samples},${outputs}]` : ""}, one number an output of weight ${formatShape(weight.shape)}`,
    received: formatShape(bias.shape),
  });
}
