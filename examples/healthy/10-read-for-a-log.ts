/** Numbers are read in the middle of the step, inside noGrad and by item(), and go to a log and nowhere else. */
import {
  Conv2d,
  conv2d,
  Linear,
  Module,
  mean,
  mse,
  noGrad,
  relu,
  reshape,
  square,
  type Tensor,
} from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly generator = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);
  readonly log: number[] = [];

  forward(image: Tensor, condition: Tensor): Tensor {
    const written = this.generator.forward(condition);
    this.log.push(noGrad(() => mean(square(written)).item()));
    return this.head.forward(relu(conv2d(image, reshape(written, [-1, KERNELS, 3, 1, 1]))));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
