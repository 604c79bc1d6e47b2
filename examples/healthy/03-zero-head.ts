/**
 * The generator's last layer starts at zero and its bias at the weights of an ordinary layer (Beck et al. 2022):
 * in the first step what lies before it has a gradient of exactly zero, and from the second on it learns.
 */
import {
  Adam,
  Conv2d,
  conv2d,
  initializers,
  Linear,
  Module,
  mse,
  relu,
  reshape,
  type Tensor,
} from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly hidden = new Linear(CONDITION_LENGTH, 16);
  readonly output = new Linear(16, 3 * KERNELS, {
    initializers: { weight: initializers.constant(0), bias: initializers.torch(3) },
  });
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const written = this.output.forward(relu(this.hidden.forward(condition)));
    return this.head.forward(relu(conv2d(image, reshape(written, [-1, KERNELS, 3, 1, 1]))));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
