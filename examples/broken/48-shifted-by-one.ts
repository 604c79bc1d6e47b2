// PATTERN the generated weights are rolled by one sample (slice and concat), an off-by-one of a data loader
// SOURCE https://github.com/facebookresearch/ParlAI/pull/990
// EXPECT fault=conditionMixed params=generator.*
// REPAIR
// - const shifted = concat([slice(weights, [[1, 3]]), slice(weights, [[0, 1]])]); // <- here
// + const shifted = weights;
import {
  Conv2d,
  concat,
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  slice,
  type Tensor,
} from "synthconv";

class Shifted extends Module {
  readonly generator = new Linear(5, 12);
  readonly head = new Conv2d(4, 3, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const weights = reshape(this.generator.forward(condition), [3, 4, 3, 1, 1]);
    const shifted = concat([slice(weights, [[1, 3]]), slice(weights, [[0, 1]])]); // <- here
    return this.head.forward(relu(conv2d(image, shifted)));
  }
}

export const model: Shifted = new Shifted().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"condition" | "image" | "y", Tensor> = {
  condition: randomUniform([3, 5], random),
  image: randomUniform([3, 3, 4, 4], random),
  y: randomUniform([3, 3, 4, 4], random),
};
export const loss = (net: Shifted, { condition, image, y }: typeof batch): Tensor =>
  mse(net.forward(image, condition), y);
