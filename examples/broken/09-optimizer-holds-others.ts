/** The optimizer is made first, then the model moves to float64: its parameters are other objects now. */
import { Adam, Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generator = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const weight = reshape(this.generator.forward(condition), [-1, KERNELS, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 }); // <- here
model.to("float64");
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image.cast("float64"), condition.cast("float64")), target.cast("float64"));

// REPAIR
// - export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 }); // <- here
// + // It is made below.
// - model.to("float64");
// + model.to("float64");
// + export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
