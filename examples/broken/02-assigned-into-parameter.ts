/** The generated numbers are written into a layer's parameter: the layer's own learning and the generator's end there. */
import { Conv2d, Linear, Module, mse, relu, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generator = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly layer = new Conv2d(3, KERNELS, 1);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const written = this.generator.forward(condition);
    this.layer.weight.assign(written.data); // <- here
    return this.head.forward(relu(this.layer.forward(image)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(1);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);

// REPAIR
// - this.layer.weight.assign(written.data); // <- here
// + const weight = reshape(written, [KERNELS, 3, 1, 1]);
// - relu(this.layer.forward(image))
// + relu(conv2d(image, weight))
// - readonly layer = new Conv2d(3, KERNELS, 1);
// + // Weights are values.
// - import { Conv2d,
// + import { conv2d, reshape, Conv2d,
