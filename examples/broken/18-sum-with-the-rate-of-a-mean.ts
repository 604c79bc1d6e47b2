// PATTERN the loss is a sum over all pixels, the learning rate is one for a mean: it diverges in a few steps
// SOURCE https://github.com/facebookresearch/maskrcnn-benchmark/issues/295
// EXPECT fault=exploding|nonFinite params=*
// REPAIR
// - export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 }); // <- here
// + export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.0001 });
import {
  Conv2d,
  Module,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  square,
  subtract,
  sum,
  type Tensor,
} from "synthconv";

class Denoiser extends Module {
  readonly first = new Conv2d(3, 8, 3, { padding: 1 });
  readonly last = new Conv2d(8, 3, 1);
}

export const model: Denoiser = new Denoiser().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 }); // <- here
const random = new RandomStream({ seed: 7, purpose: "data" });
export const batch: Record<"noisy" | "clean", Tensor> = {
  noisy: randomUniform([2, 3, 8, 8], random),
  clean: randomUniform([2, 3, 8, 8], random),
};
export const loss = (net: Denoiser, { noisy, clean }: typeof batch): Tensor =>
  sum(square(subtract(net.last.forward(relu(net.first.forward(noisy))), clean)));
