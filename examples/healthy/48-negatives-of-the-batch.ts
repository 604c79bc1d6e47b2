// PATTERN the negative of each sample is the positive of the next one; the last bias cancels in the differences
// SOURCE https://arxiv.org/abs/1503.03832
// EXPECT healthy
import {
  add,
  gather,
  Linear,
  Module,
  mean,
  RandomStream,
  randomUniform,
  relu,
  Sequential,
  square,
  subtract,
  sum,
  Tanh,
  type Tensor,
} from "synthconv";

class Embedder extends Module {
  readonly net = new Sequential(new Linear(4, 6), new Tanh(), new Linear(6, 3));
}

const distance = (a: Tensor, b: Tensor): Tensor => sum(square(subtract(a, b)), { axes: 1 });

export const model: Embedder = new Embedder().initialize({ seed: 19 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"anchor" | "positive", Tensor> = {
  anchor: randomUniform([5, 4], random),
  positive: randomUniform([5, 4], random),
};
export function loss({ net }: Embedder, { anchor, positive }: typeof batch): Tensor {
  const own = net.forward(anchor);
  const near = net.forward(positive);
  const far = gather(near, [1, 2, 3, 4, 0]);
  return mean(relu(add(subtract(distance(own, near), distance(own, far)), 1)));
}
