/** The weights go through plain JavaScript numbers, to be normalised in a loop: numbers carry no gradient. */
import { Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor, tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generator = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const rows = this.generator.forward(condition).toArray() as number[][];
    const normalised = rows.map((row) => row.map((entry) => entry / Math.hypot(...row)));
    const weight = reshape(tensor(normalised), [-1, KERNELS, 3, 1, 1]); // <- here
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);

// REPAIR
// - const rows = this.generator.forward(condition).toArray() as number[][];
// + const rows = this.generator.forward(condition);
// - const normalised = rows.map((row) => row.map((entry) => entry / Math.hypot(...row)));
// + const normalised = divide(rows, sqrt(sum(square(rows), { axes: 1, keepDims: true })));
// - reshape(tensor(normalised), [
// + reshape(normalised, [
// - import { Conv2d,
// + import { divide, sqrt, square, sum, Conv2d,
