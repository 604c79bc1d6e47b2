// PATTERN the codes are put into sorted order with gather, the images stay as they are: each image gets another one's weights
// SOURCE https://github.com/ddavid/fsoco/pull/59
// EXPECT fault=conditionMixed params=write.*
// REPAIR
// - const sorted = gather(codes, order); // <- here
// + const sorted = codes;
import {
  conv2d,
  gather,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
  tanh,
} from "synthconv";

class Sorted extends Module {
  readonly write = new Linear(4, 6);

  forward(codes: Tensor, images: Tensor, order: number[]): Tensor {
    const sorted = gather(codes, order); // <- here
    const kernels = reshape(tanh(this.write.forward(sorted)), [-1, 2, 3, 1, 1]);
    return conv2d(images, kernels);
  }
}

export const model: Sorted = new Sorted().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: { codes: Tensor; images: Tensor; y: Tensor; order: number[] } = {
  codes: randomUniform([4, 4], random),
  images: randomUniform([4, 3, 3, 3], random),
  y: randomUniform([4, 2, 3, 3], random),
  order: [2, 0, 3, 1],
};
export const loss = (net: Sorted, { codes, images, y, order }: typeof batch): Tensor =>
  mse(net.forward(codes, images, order), y);
