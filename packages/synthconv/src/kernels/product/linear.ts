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

function checkLength(where: string, data: FloatArray | undefined, arithmetic: string, length: number): void {
  if (data === undefined || data.length === length) return;
  throw new ShapeError({
    where,
    expected: `${arithmetic} = ${length} numbers`,
    received: String(data.length),
  });
}
