/** A weight is clipped in place after it was used: backward needs the number that was there. */
import { Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generator = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const weight = reshape(this.generator.forward(condition), [-1, KERNELS, 3, 1, 1]);
    const result = this.head.forward(relu(conv2d(image, weight)));
    const clipped = this.head.weight.data.map((entry) => Math.min(Math.max(entry, -1), 1));
    this.head.weight.assign(clipped); // <- here
    return result;
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);

// REPAIR
// - this.head.weight.assign(clipped); // <- here
// + void clipped;
