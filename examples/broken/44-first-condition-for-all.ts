// PATTERN the first row of the conditions is used for the whole batch
// SOURCE https://github.com/NVIDIA/physicsnemo-cfd/pull/14
// EXPECT fault=conditionMixed|conditionUnused params=writer.*
// REPAIR
// - const one = slice(knobs, [[0, 1]]); // <- here
// + const one = knobs;
// - return conv2d(image, reshape(this.writer.forward(one), [3, 3, 1, 1]));
// + return conv2d(image, reshape(this.writer.forward(one), [-1, 3, 3, 1, 1]));
import {
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

class Look extends Module {
  readonly writer = new Linear(3, 9);

  forward(knobs: Tensor, image: Tensor): Tensor {
    const one = slice(knobs, [[0, 1]]); // <- here
    return conv2d(image, reshape(this.writer.forward(one), [3, 3, 1, 1]));
  }
}

export const model: Look = new Look().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"knobs" | "image" | "y", Tensor> = {
  knobs: randomUniform([4, 3], random),
  image: randomUniform([4, 3, 5, 5], random),
  y: randomUniform([4, 3, 5, 5], random),
};
export const loss = (net: Look, { knobs, image, y }: typeof batch): Tensor =>
  mse(net.forward(knobs, image), y);
