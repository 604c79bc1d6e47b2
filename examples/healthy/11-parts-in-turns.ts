/** Two generators take turns: each is left out of every other step. */
import { Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generators = [
    new Linear(CONDITION_LENGTH, 3 * KERNELS),
    new Linear(CONDITION_LENGTH, 3 * KERNELS),
  ] as const;
  readonly head = new Conv2d(KERNELS, 3, 1);
  #step = 0;

  forward(image: Tensor, condition: Tensor): Tensor {
    const generator = this.generators[this.#step++ % 2 === 0 ? 0 : 1];
    const weight = reshape(generator.forward(condition), [-1, KERNELS, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
