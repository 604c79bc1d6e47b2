// PATTERN a critic's weights are clipped, and its last bias, which cancels, stands at the bound
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

const BOUND = 0.1;

class Critic extends Module {
  readonly a = new Linear(2, 12);
  readonly b = new Linear(12, 1);

  forward(x: Tensor): Tensor {
    return this.b.forward(leakyRelu(this.a.forward(x), 0.2));
  }
}

export const model: Critic = new Critic().initialize({ seed: 85 });
const random = new RandomStream({ seed: 22, purpose: "data" });
export const batch: Record<"real" | "made", Tensor> = {
  real: randomUniform([8, 2], random),
  made: randomUniform([8, 2], random).subtract(1),
};
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 });
export function loss(critic: Critic, { real, made }: typeof batch): Tensor {
  for (const parameter of critic.parameters()) {
    parameter.assign(parameter.data.map((value) => Math.min(BOUND, Math.max(-BOUND, value))));
  }
  return subtract(mean(critic.forward(made)), mean(critic.forward(real)));
}
