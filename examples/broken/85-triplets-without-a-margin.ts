// PATTERN the distance to a negative is subtracted without a margin: the loss has no lowest value, and falls slowly at first
// SOURCE https://arxiv.org/abs/1503.03832
// EXPECT fault=exploding params=embed.*
// REPAIR
// - return mean(subtract(near, far)); // <- here
// + return mean(relu(add(subtract(near, far), 0.5)));
// - Adam,
// + add,
// + Adam,
import {
  Adam,
  Linear,
  Module,
  mean,
  RandomStream,
  randomUniform,
  relu,
  square,
  subtract,
  sum,
  type Tensor,
} from "synthconv";

class Embedder extends Module {
  readonly embed = [new Linear(6, 12), new Linear(12, 4)] as const;

  forward(x: Tensor): Tensor {
    return this.embed[1].forward(relu(this.embed[0].forward(x)));
  }
}

export const model: Embedder = new Embedder().initialize({ seed: 5 });
const random = new RandomStream({ seed: 5, purpose: "data" });
export const batch: Record<"anchor" | "positive" | "negative", Tensor> = {
  anchor: randomUniform([7, 6], random),
  positive: randomUniform([7, 6], random),
  negative: randomUniform([7, 6], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
export function loss(net: Embedder, { anchor, positive, negative }: typeof batch): Tensor {
  const here = net.forward(anchor);
  const near = sum(square(subtract(here, net.forward(positive))), { axes: 1 });
  const far = sum(square(subtract(here, net.forward(negative))), { axes: 1 });
  return mean(subtract(near, far)); // <- here
}
