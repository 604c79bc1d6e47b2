// PATTERN mixup: conditions, images and targets are blended with the next sample's, all alike
// SOURCE https://arxiv.org/abs/1710.09412
// EXPECT healthy
import {
  concat,
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  slice,
  type Tensor,
} from "synthconv";

const next = (x: Tensor): Tensor => concat([slice(x, [[1, 3]]), slice(x, [[0, 1]])]);
const mix = (x: Tensor, share: number): Tensor => x.multiply(share).add(next(x).multiply(1 - share));

class Hyper extends Module {
  readonly write = new Linear(4, 6);
}

export const model: Hyper = new Hyper().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"knob" | "image" | "y", Tensor> = {
  knob: randomUniform([3, 4], random),
  image: randomUniform([3, 3, 4, 4], random),
  y: randomUniform([3, 2, 4, 4], random),
};
export function loss(net: Hyper, { knob, image, y }: typeof batch): Tensor {
  const weight = reshape(net.write.forward(mix(knob, 0.35)), [-1, 2, 3, 1, 1]);
  return mse(conv2d(mix(image, 0.35), weight), mix(y, 0.35));
}
