/** A hidden layer whose biases were drawn far below zero: its ReLU is 0 for every input, and stays so. */
import { Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly hidden = new Linear(CONDITION_LENGTH, 16);
  readonly output = new Linear(16, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const features = relu(this.hidden.forward(condition)); // <- here
    const weight = reshape(this.output.forward(features), [-1, KERNELS, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
model.hidden.bias?.assign(new Float32Array(16).fill(0));
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);

