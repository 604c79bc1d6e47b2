// PATTERN a critic whose weights are clipped before each step, as in the first Wasserstein GANs
// SOURCE https://arxiv.org/abs/1701.07875
// EXPECT healthy
import {
  Linear,
  leakyRelu,
  Module,
  mean,
  RandomStream,
  randomUniform,
  SGD,
  subtract,
  type Tensor,
} from "synthconv";

class Critic extends Module {
  readonly first = new Linear(5, 8);
  readonly last = new Linear(8, 1);
  forward(x: Tensor): Tensor {
    return this.last.forward(leakyRelu(this.first.forward(x)));
  }
}

export const model: Critic = new Critic().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"real" | "fake", Tensor> = {
  real: randomUniform([8, 5], random),
  fake: randomUniform([8, 5], random).multiply(2),
};
export function loss(critic: Critic, { real, fake }: typeof batch): Tensor {
  for (const parameter of critic.parameters()) {
    parameter.assign(parameter.data.map((value) => Math.min(0.3, Math.max(-0.3, value))));
  }
  return subtract(mean(critic.forward(fake)), mean(critic.forward(real)));
}
