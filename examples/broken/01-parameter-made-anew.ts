/**
 * The question that started this project. The generated tensor becomes a new parameter in every forward pass: a
 * leaf, in front of which the tape ends. The fully connected layers never learn.
 */
import {
  Conv2d,
  conv2d,
  Linear,
  Module,
  mse,
  noGrad,
  Parameter,
  ReLU,
  relu,
  reshape,
  Sequential,
  type Tensor,
} from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly inputLayers = new Sequential(
    new Linear(CONDITION_LENGTH, 2 * KERNELS),
    new ReLU(),
    new Linear(2 * KERNELS, 3 * KERNELS),
    new ReLU(),
  );
  synthesized = new Conv2d(3, KERNELS, 1, { bias: false }).weight;
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const x = this.inputLayers.forward(condition);
    noGrad(() => {
      this.synthesized = new Parameter(reshape(x, [KERNELS, 3, 1, 1])); // <- here
    });
    return this.head.forward(relu(conv2d(image, this.synthesized)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(1);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);

// REPAIR
// - noGrad(() => {
// + const synthesized = ((): Tensor => {
// - this.synthesized = new Parameter(reshape(x, [KERNELS, 3, 1, 1])); // <- here
// + return reshape(x, [KERNELS, 3, 1, 1]);
// -     });
// +     })();
// - conv2d(image, this.synthesized)
// + conv2d(image, synthesized)
// - synthesized = new Conv2d(3, KERNELS, 1, { bias: false }).weight;
// + // Weights are values.
