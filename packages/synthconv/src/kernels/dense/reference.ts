import { type FloatArray, ShapeError } from "../../core/index.js";

/** Sizes of a dense layer: `rows` vectors of `inputs` numbers become vectors of `outputs` numbers. */
export interface LinearSizes {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

export interface LinearForward extends LinearSizes {
  /** [rows, inputs]. */
  readonly input: FloatArray;
  /** [outputs, inputs]. */
  readonly weight: FloatArray;
  /** [outputs]. */
  readonly bias: FloatArray | undefined;
  /** [rows, outputs], overwritten. */
  readonly output: FloatArray;
}

export interface LinearBackward extends LinearSizes {
  /** [rows, inputs]. */
  readonly input: FloatArray;
  /** [outputs, inputs]. */
  readonly weight: FloatArray;
  /** [rows, outputs]: the gradient of the output. */
  readonly upstream: FloatArray;
  /** The gradients that are wanted, each overwritten: [rows, inputs], [outputs, inputs], [outputs]. */
  readonly inputGradient?: FloatArray | undefined;
  readonly weightGradient?: FloatArray | undefined;
  readonly biasGradient?: FloatArray | undefined;
}

/**
 * output = input * weight^T + bias. Sums are float64 for either element type.
 *
 * @throws {ShapeError} when an array does not have the size that rows, inputs and outputs give it.
 */
export function linearForward({ input, weight, bias, output, ...sizes }: LinearForward): void {
  const { rows, inputs, outputs } = sizes;
  checkLength("linear input", input, "rows * inputs", rows * inputs);
  checkLength("linear weight", weight, "outputs * inputs", outputs * inputs);
  checkLength("linear bias", bias, "outputs", outputs);
  checkLength("linear output", output, "rows * outputs", rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let to = 0; to < outputs; to++) {
      let sum = bias === undefined ? 0 : (bias[to] as number);
      const weightStart = to * inputs;
      const inputStart = row * inputs;
      for (let from = 0; from < inputs; from++) {
        sum += (input[inputStart + from] as number) * (weight[weightStart + from] as number);
      }
      output[row * outputs + to] = sum;
    }
  }
}

/**
 * inputGradient = upstream * weight; weightGradient = upstream^T * input; biasGradient = the sum of the
 * rows of upstream.
 *
 * @throws {ShapeError} when an array does not have the size that rows, inputs and outputs give it.
 */
export function linearBackward(call: LinearBackward): void {
  const { rows, inputs, outputs, input, weight, upstream } = call;
  checkLength("linear input", input, "rows * inputs", rows * inputs);
  checkLength("linear weight", weight, "outputs * inputs", outputs * inputs);
  checkLength("linear upstream", upstream, "rows * outputs", rows * outputs);
  checkLength("linear inputGradient", call.inputGradient, "rows * inputs", rows * inputs);
  checkLength("linear weightGradient", call.weightGradient, "outputs * inputs", outputs * inputs);
  checkLength("linear biasGradient", call.biasGradient, "outputs", outputs);
  const { inputGradient, weightGradient, biasGradient } = call;
  const sum = new Float64Array(inputs);
  if (inputGradient !== undefined) {
    for (let row = 0; row < rows; row++) {
      sum.fill(0);
      for (let to = 0; to < outputs; to++) {
        addScaled(sum, upstream[row * outputs + to] as number, weight, to * inputs);
      }
      inputGradient.set(sum, row * inputs);
    }
  }
  if (weightGradient !== undefined) {
    for (let to = 0; to < outputs; to++) {
      sum.fill(0);
      for (let row = 0; row < rows; row++) {
        addScaled(sum, upstream[row * outputs + to] as number, input, row * inputs);
      }
      weightGradient.set(sum, to * inputs);
    }
  }
  if (biasGradient !== undefined) {
    for (let to = 0; to < outputs; to++) {
      let total = 0;
      for (let row = 0; row < rows; row++) total += upstream[row * outputs + to] as number;
      biasGradient[to] = total;
    }
  }
}

/** sum += scale * vector[start ...]. */
function addScaled(sum: Float64Array, scale: number, vector: FloatArray, start: number): void {
  for (let index = 0; index < sum.length; index++) {
    sum[index] = (sum[index] as number) + scale * (vector[start + index] as number);
  }
}

function checkLength(where: string, data: FloatArray | undefined, arithmetic: string, length: number): void {
  if (data === undefined || data.length === length) return;
  throw new ShapeError({
    where,
    expected: `${arithmetic} = ${length} numbers`,
    received: String(data.length),
  });
}
