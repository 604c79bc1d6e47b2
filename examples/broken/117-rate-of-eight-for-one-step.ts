// PATTERN a schedule by hand has a typing error in one step: 8 in the place of 0.008, and tanh is at its edge since
// SOURCE https://discuss.pytorch.org/t/how-to-adjust-learning-rate/3354
// EXPECT fault=exploding params=a.*,b.*
// REPAIR
// - const RATES = [0.01, 0.01, 0.009, 8, 0.007];
// + const RATES = [0.01, 0.01, 0.009, 0.008, 0.007];
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

const RATES = [0.01, 0.01, 0.009, 8, 0.007];

class Network extends Module {
  readonly a = new Linear(6, 12);
  readonly b = new Linear(12, 3);
}

export const model: Network = new Network().initialize({ seed: 3 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 6], random),
  y: randomUniform([12, 3], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
let step = 0;
export function loss({ a, b }: Network, { x, y }: typeof batch): Tensor {
  const rate = RATES[Math.min(step++, RATES.length - 1)];
  Object.assign(optimizer, { learningRate: rate }); // <- here
  return mse(tanh(b.forward(tanh(a.forward(x)))), y);
}
