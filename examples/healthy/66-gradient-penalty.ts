// PATTERN gradient penalty of a critic: the gradient is on the tape, of points between real and made samples
// SOURCE https://arxiv.org/abs/1704.00028
// EXPECT healthy
import {
  Adam,
  add,
  grad,
  Linear,
  Module,
  mean,
  multiply,
  RandomStream,
  randomUniform,
  sqrt,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

class Critic extends Module {
  readonly first = new Linear(2, 12);
  readonly last = new Linear(12, 1, { bias: false });
  forward(x: Tensor): Tensor {
    return this.last.forward(tanh(this.first.forward(x)));
  }
}

export const model: Critic = new Critic().initialize({ seed: 5 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.005 });
const random = new RandomStream({ seed: 5, purpose: "data" });
export const batch: Record<"real" | "made", Tensor> = {
  real: randomUniform([16, 2], random),
  made: randomUniform([16, 2], random),
};

export function loss(critic: Critic, { real, made }: typeof batch): Tensor {
  const between = add(real, made).multiply(0.5);
  const points = tensor(between.data.slice(), { shape: [16, 2], requiresGrad: true });
  const [slope] = grad(sum(critic.forward(points)), [points], { createGraph: true }) as [Tensor];
  const off = subtract(sqrt(add(sum(multiply(slope, slope), { axes: [1] }), 1e-12)), 1);
  const distance = subtract(mean(critic.forward(made)), mean(critic.forward(real)));
  return add(distance, multiply(mean(multiply(off, off)), 10));
}
