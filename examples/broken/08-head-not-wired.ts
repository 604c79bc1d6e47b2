/** The repair that was published for the first example: the head is built, and never applied. */
import { Conv2d, conv2d, Linear, Module, mse, ReLU, reshape, Sequential, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

// With three kernels the missing head does not even change the shape of the output.
const KERNELS = 3;

class Network extends Module {
  readonly inputLayers = new Sequential(
    new Linear(CONDITION_LENGTH, 2 * KERNELS),
    new ReLU(),
    new Linear(2 * KERNELS, 3 * KERNELS),
    new ReLU(),
  );
  readonly convLayers = new Sequential(new ReLU(), new Conv2d(KERNELS, 3, 1)); // <- here

  forward(image: Tensor, condition: Tensor): Tensor {
    const weight = reshape(this.inputLayers.forward(condition), [KERNELS, 3, 1, 1]);
    return conv2d(image, weight);
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(1);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);

// REPAIR
// - return conv2d(image, weight);
// + return this.convLayers.forward(conv2d(image, weight));
