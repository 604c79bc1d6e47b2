// PATTERN a warm-up without its upper bound, behind a tanh: the loss stays finite, and leaps
// SOURCE https://arxiv.org/abs/1706.02677
// EXPECT fault=exploding params=a.*,b.*
// REPAIR
// -   optimizer.step({ learningRate: RATE * ++step }); // <- here
// +   optimizer.step({ learningRate: RATE * Math.min(1, ++step / 10) });
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

const RATE = 0.05;

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
const optimizer = new Adam(model.parameters(), { learningRate: RATE });
let step = 0;
export function loss({ a, b }: Network, { x, y }: typeof batch): Tensor {
  optimizer.zeroGrad();
  const value = mse(tanh(b.forward(tanh(a.forward(x)))), y);
  value.backward();
  optimizer.step({ learningRate: RATE * ++step }); // <- here
  return value;
}
