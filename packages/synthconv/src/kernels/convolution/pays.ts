/** Where a convolution runs on a kernel. */
import { noteChoice } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { runsOnKernel } from "../product/memory.js";
import { type ConvolutionSizes, isPointwise } from "./geometry/correlation.js";

// README.md, constants.
const MIN_WORK = 2048;

/**
 * True where a convolution pays on the kernel and may run there. `meetPadding` are the arrays that are multiplied
 * by zeros which are not in the sums: a number that is not finite would make those NaN.
 */
export function paysOnKernel(
  sizes: ConvolutionSizes,
  arrays: readonly FloatArray[],
  meetPadding: readonly FloatArray[],
): boolean {
  const { groupInputs, groupOutputs, kernel, output } = sizes;
  const work = groupInputs * groupOutputs * kernel[0] * kernel[1] * output[0] * output[1];
  if (work < MIN_WORK || !runsOnKernel(...arrays)) {
    noteChoice("conv2d on the kernel", work < MIN_WORK ? "too small" : "not float32, or no kernel");
    return false;
  }
  if (isPointwise(sizes)) {
    noteChoice("conv2d on the kernel", "pointwise");
    return true;
  }
  const areFinite = meetPadding.every(hasOnlyFinite);
  noteChoice("conv2d on the kernel", areFinite ? "yes" : "not finite");
  return areFinite;
}

function hasOnlyFinite(data: FloatArray): boolean {
  // float32 cannot overflow a float64 sum; one that is not finite stays in it. An addition waits for the one
  // before it: four sums take a quarter of the time of one.
  const { length } = data;
  let [a, b, c, d] = [0, 0, 0, 0];
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    a += data[index] as number;
    b += data[index + 1] as number;
    c += data[index + 2] as number;
    d += data[index + 3] as number;
  }
  for (; index < length; index++) a += data[index] as number;
  return Number.isFinite(a + b + c + d);
}
