/** The scale of the generated weights is a statistic on purpose: detach says why, and is not accused. */
import {
  Conv2d,
  conv2d,
  Linear,
  Module,
  mean,
  mse,
  relu,
  reshape,
  sqrt,
  square,
  type Tensor,
} from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generator = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const written = this.generator.forward(condition);
    const scale = sqrt(mean(square(written))).detach({ reason: "the scale is a statistic, not trained" });
    const weight = reshape(written.divide(scale), [-1, KERNELS, 3, 1, 1]);
    return this.head.forward(relu(conv2d(image, weight)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
