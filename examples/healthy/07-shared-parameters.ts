/** One layer stands in two places: it is listed once, and the gradients of both uses add up in it. */
import { Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor, tanh } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly first = new Linear(CONDITION_LENGTH, CONDITION_LENGTH);
  readonly again = this.first;
  readonly output = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const features = tanh(this.again.forward(tanh(this.first.forward(condition))));
    const weight = reshape(this.output.forward(features), [-1, KERNELS, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
