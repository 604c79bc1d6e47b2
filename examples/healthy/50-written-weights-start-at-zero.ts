// PATTERN weights for a side branch are written by a layer that starts at zero: at first the network is what it was without
// SOURCE https://arxiv.org/abs/2302.05543
// EXPECT healthy
import {
  add,
  Conv2d,
  conv2d,
  initializers,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  SGD,
  type Tensor,
} from "synthconv";

const zero = initializers.constant(0);

class Side extends Module {
  readonly writer = new Linear(3, 6, { initializers: { weight: zero, bias: zero } });
  readonly stem = new Conv2d(3, 2, 1);
  readonly out = new Conv2d(2, 1, 1);

  forward(image: Tensor, condition: Tensor): Tensor {
    const written = reshape(this.writer.forward(condition), [-1, 2, 3, 1, 1]);
    return this.out.forward(add(this.stem.forward(image), conv2d(image, written)));
  }
}

export const model: Side = new Side().initialize({ seed: 37 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"condition" | "image" | "y", Tensor> = {
  condition: randomUniform([3, 3], random),
  image: randomUniform([3, 3, 4, 4], random),
  y: randomUniform([3, 1, 4, 4], random),
};
export const loss = (net: Side, { condition, image, y }: typeof batch): Tensor =>
  mse(net.forward(image, condition), y);
