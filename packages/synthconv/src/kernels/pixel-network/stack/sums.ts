/** The sums over pixels that the kernel leaves in its memory: gradients and losses. */
import type { LayerGradients } from "../network/types.js";
import { DOUBLE_BYTES, FLOAT_BYTES, sumsLayout } from "./layout.js";
import type { StoredNetwork } from "./store.js";

/** The sums of the layers and the losses follow each other. */
export function clearSums({ memory, start }: StoredNetwork): void {
  memory.fill(0, start.weightSums / FLOAT_BYTES, start.output / FLOAT_BYTES);
}

/** Adds the sums of a range of pixels to the gradients. */
export function addGradients(
  { memory, start, network }: StoredNetwork,
  gradients: readonly LayerGradients[],
): void {
  const sums = new Float64Array(memory.buffer);
  let weightSums = start.weightSums / DOUBLE_BYTES;
  let biasSums = start.biasSums / DOUBLE_BYTES;
  network.layers.forEach((layer, index) => {
    const { weight, bias } = gradients[index] as LayerGradients;
    const { rows, columns, rowStep, columnStep, length } = sumsLayout(layer);
    for (let row = 0; row < rows; row++) {
      const first = weightSums + (row >> 2) * 4 * columns + (row & 3);
      for (let column = 0; column < columns; column++) {
        const entry = row * rowStep + column * columnStep;
        weight[entry] = (weight[entry] as number) + (sums[first + 4 * column] as number);
      }
    }
    bias?.forEach((sum, output) => {
      bias[output] = sum + sumOfFour(sums, biasSums + 4 * output);
    });
    weightSums += length;
    biasSums += 4 * layer.outputs;
  });
}

/** The sum of the losses of a range of pixels. */
export function sumOfLosses({ memory, start }: StoredNetwork): number {
  return sumOfFour(new Float64Array(memory.buffer), start.losses / DOUBLE_BYTES);
}

function sumOfFour(sums: Float64Array, first: number): number {
  let sum = 0;
  for (let entry = first; entry < first + 4; entry++) sum += sums[entry] as number;
  return sum;
}
