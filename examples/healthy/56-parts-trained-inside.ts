// PATTERN two parts are trained inside of the loss by a loss of their own; the value that is returned trains a third part
// SOURCE https://arxiv.org/abs/1608.05343
// EXPECT healthy
import {
  add,
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  SGD,
  square,
  sum,
  type Tensor,
  tanh,
} from "synthconv";

class Net extends Module {
  readonly a = new Linear(4, 6);
  readonly b = new Linear(6, 2);
  readonly c = new Linear(4, 2);
}

export const model: Net = new Net().initialize({ seed: 54 });
const inside = [model.a, model.b].map((part) => new SGD(part.parameters(), { learningRate: 0.05 }));
export const optimizer: SGD = new SGD(model.c.parameters(), { learningRate: 0.1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 4], random),
  y: randomUniform([8, 2], random),
};
export function loss({ a, b, c }: Net, { x, y }: typeof batch): Tensor {
  for (const one of inside) one.zeroGrad();
  mse(b.forward(tanh(a.forward(x))), y).backward();
  for (const one of inside) one.step();
  return add(mse(c.forward(x), y), multiply(sum(square(c.weight)), 0.001));
}
