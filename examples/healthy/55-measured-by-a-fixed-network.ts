// PATTERN a perceptual loss: a fixed network beside the model compares the result with the target, and passes the gradient on
// SOURCE https://arxiv.org/abs/1603.08155
// EXPECT healthy
import {
  add,
  Conv2d,
  Module,
  mse,
  RandomStream,
  ReLU,
  randomUniform,
  relu,
  Sequential,
  type Tensor,
} from "synthconv";

const features = new Sequential(new Conv2d(3, 8, 3), new ReLU(), new Conv2d(8, 8, 3)).initialize({
  seed: 19,
});

class Restorer extends Module {
  readonly a = new Conv2d(3, 8, 3, { padding: 1 });
  readonly b = new Conv2d(8, 3, 1);
}

export const model: Restorer = new Restorer().initialize({ seed: 37 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([2, 3, 6, 6], random),
  y: randomUniform([2, 3, 6, 6], random),
};
export function loss({ a, b }: Restorer, { x, y }: typeof batch): Tensor {
  const result = b.forward(relu(a.forward(x)));
  return add(mse(result, y), mse(features.forward(result), features.forward(y)));
}
