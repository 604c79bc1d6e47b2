/** A batch in two halves, whose losses are added up before the step. */
import { add, Conv2d, conv2d, Linear, Module, mse, relu, reshape, slice, type Tensor } from "synthconv";
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
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor => {
  const half = (start: number): Tensor => {
    const part = (x: Tensor): Tensor => slice(x, [[start, start + 2]]);
    return mse(network.forward(part(image), part(condition)), part(target));
  };
  return add(half(0), half(2)).multiply(0.5);
};
