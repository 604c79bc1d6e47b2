// PATTERN in each step an inner update is tried, its effect is logged, and the weights are put back from a fresh snapshot
// SOURCE https://arxiv.org/abs/1907.08610
// EXPECT healthy
import { Adam, Linear, Module, mse, RandomStream, randomUniform, SGD, type Tensor, tanh } from "synthconv";

class Net extends Module {
  readonly a = new Linear(3, 8);
  readonly b = new Linear(8, 1);

  forward(x: Tensor): Tensor {
    return this.b.forward(tanh(this.a.forward(x)));
  }
}

export const model: Net = new Net().initialize({ seed: 33 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
const trial = new SGD(model.parameters(), { learningRate: 0.1 });
const tried: number[] = [];
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 1], random),
};
export function loss(net: Net, { x, y }: typeof batch): Tensor {
  const snapshot = net.stateDict();
  mse(net.forward(x), y).backward();
  trial.step();
  trial.zeroGrad();
  tried.push(mse(net.forward(x), y).item());
  net.loadStateDict(snapshot);
  return mse(net.forward(x), y);
}
