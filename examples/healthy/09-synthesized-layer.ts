/** The library's own layer: it receives a generator, started by hyperfan-in, that writes weight and bias. */
import {
  Conv2d,
  conv2dTensors,
  Module,
  mse,
  relu,
  SynthesizedConv2d,
  type Tensor,
  WeightGenerator,
} from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly synthesized = new SynthesizedConv2d(
    new WeightGenerator({
      conditionLength: CONDITION_LENGTH,
      hidden: [16],
      tensors: conv2dTensors(3, KERNELS),
      conditionMeanSquare: 1 / 3,
    }),
  );
  readonly head = new Conv2d(KERNELS, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    return this.head.forward(relu(this.synthesized.forward(image, condition)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor =>
  mse(network.forward(image, condition), target);
