/** The first example, repaired: the generated weights are an argument of the convolution, one set per sample. */
import { Conv2d, conv2d, Linear, Module, mse, ReLU, relu, reshape, Sequential, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly inputLayers = new Sequential(
    new Linear(CONDITION_LENGTH, 2 * KERNELS),
    new ReLU(),
    new Linear(2 * KERNELS, 3 * KERNELS),
  );
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const weight = reshape(this.inputLayers.forward(condition), [-1, KERNELS, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
