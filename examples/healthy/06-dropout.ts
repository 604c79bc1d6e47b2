/** Dropout: half of the features, others in every step, are switched off. */
import {
  Conv2d,
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  relu,
  reshape,
  type Tensor,
  tensor,
} from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly hidden = new Linear(CONDITION_LENGTH, 16);
  readonly output = new Linear(16, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);
  #step = 0;

  forward(image: Tensor, condition: Tensor): Tensor {
    const random = new RandomStream({ seed: 0, purpose: "dropout", step: this.#step++ });
    const mask = tensor(Array.from({ length: 16 }, () => (random.uniform() < 0.5 ? 0 : 2)));
    const features = relu(this.hidden.forward(condition)).multiply(mask);
    const weight = reshape(this.output.forward(features), [-1, KERNELS, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
