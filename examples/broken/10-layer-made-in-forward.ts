/** A layer is made again in every forward pass: it is drawn again each time, and no optimizer knows it. */
import { Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generator = new Linear(CONDITION_LENGTH, 3 * KERNELS);

  forward(image: Tensor, condition: Tensor): Tensor {
    const weight = reshape(this.generator.forward(condition), [-1, KERNELS, 3, 1, 1]);
    const head = new Conv2d(KERNELS, 3, 1).initialize({ seed: 3 }); // <- here
    return head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);

// REPAIR
// - const head = new Conv2d(KERNELS, 3, 1).initialize({ seed: 3 }); // <- here
// + // It is a field.
// - return head.forward(
// + return this.head.forward(
// - readonly generator =
// + readonly head = new Conv2d(KERNELS, 3, 1);
// + readonly generator =
