// PATTERN gradual unfreezing: the features are detached, with a reason, for three steps and train from then on
// SOURCE https://arxiv.org/abs/1801.06146
// EXPECT healthy
import { Linear, Module, mse, RandomStream, randomUniform, relu, type Tensor } from "synthconv";

let step = 0;

class Tuned extends Module {
  readonly features = new Linear(5, 9);
  readonly head = new Linear(9, 2);
  forward(x: Tensor): Tensor {
    const h = relu(this.features.forward(x));
    return this.head.forward(step++ < 3 ? h.detach({ reason: "the head settles first" }) : h);
  }
}

export const model: Tuned = new Tuned().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 5], random),
  y: randomUniform([6, 2], random),
};
export const loss = (net: Tuned, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
