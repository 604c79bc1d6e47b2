// PATTERN one encoder gets two views of each sample, and the loss asks for nothing but that they agree
// SOURCE https://arxiv.org/abs/2105.04906
// EXPECT fault=collapsedGenerator params=a.*,b.*
// REPAIR
// -   return mse(one, other); // <- here
// +   return add(mse(one, other), add(spread(one), spread(other)));
import {
  Adam,
  add,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  square,
  subtract,
  type Tensor,
  tanh,
} from "synthconv";

class Encoder extends Module {
  readonly a = new Linear(6, 16);
  readonly b = new Linear(16, 4);

  forward(x: Tensor): Tensor {
    return this.b.forward(tanh(this.a.forward(x)));
  }
}

/** What the repair adds: how far each column is from a deviation of 1. */
export function spread(z: Tensor): Tensor {
  const centred = subtract(z, mean(z, { axes: [0], keepDims: true }));
  const deviation = add(mean(square(centred), { axes: [0] }), 1e-4).sqrt();
  return mean(square(relu(subtract(1, deviation))));
}

export const model: Encoder = new Encoder().initialize({ seed: 8 });
const random = new RandomStream({ seed: 8, purpose: "views" });
const base = randomUniform([12, 6], random);
const view = (): Tensor => add(base, multiply(randomUniform([12, 6], random), 0.2));
export const batch: Record<"left" | "right", Tensor> = { left: view(), right: view() };
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 5e-3 });
export function loss(net: Encoder, { left, right }: typeof batch): Tensor {
  const [one, other] = [net.forward(left), net.forward(right)];
  return mse(one, other); // <- here
}
