/** Fully connected layers, as PyTorch's `linear`: float32 or float64 arrays, sums in float64. */
import { ShapeError } from "../../core/errors.js";
import type { FloatArray } from "../../core/float-array.js";

export interface LinearCall {
  /** `[M,I]`, row-major. */
  readonly input: FloatArray;
  /** M. */
  readonly rows: number;
  /** `[O,I]`. */
  readonly weight: FloatArray;
  /** `[O]`. */
  readonly bias?: FloatArray | undefined;
  /** `[M,O]`, overwritten. */
  readonly output: FloatArray;
}

/**
 * output[m,o] = bias[o] + sum over i of input[m,i] weight[o,i].
 *
 * @throws {ShapeError} when the arrays do not fit together.
 */
export function linear({ input, rows, weight, bias, output }: LinearCall): void {
  const outputs = rows === 0 ? 0 : output.length / rows;
  const inputs = rows === 0 ? 0 : input.length / rows;
  if (weight.length !== outputs * inputs || (bias !== undefined && rows > 0 && bias.length !== outputs)) {
    throw new ShapeError({
      where: "linear",
      expected: `a weight of ${outputs} x ${inputs} and a bias of ${outputs} for ${rows} rows`,
      received: `${weight.length} and ${bias?.length ?? "no bias"}`,
    });
  }
  for (let row = 0; row < rows; row++) {
    for (let to = 0; to < outputs; to++) {
      let sum = bias === undefined ? 0 : (bias[to] as number);
      for (let from = 0; from < inputs; from++) {
        sum += (input[row * inputs + from] as number) * (weight[to * inputs + from] as number);
      }
      output[row * outputs + to] = sum;
    }
  }
}
