// PATTERN losses and norms are read for a log in every step
// SOURCE https://github.com/zackchase/mxnet-the-straight-dope/issues/348
// EXPECT healthy
import { Linear, Module, mean, mse, RandomStream, randomUniform, square, type Tensor, tanh } from "synthconv";

const log: { loss: number; size: number; largest: number }[] = [];

class Net extends Module {
  readonly a = new Linear(3, 6);
  readonly b = new Linear(6, 2);
}

export const model: Net = new Net().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([5, 3], random),
  y: randomUniform([5, 2], random),
};
export function loss({ a, b }: Net, { x, y }: typeof batch): Tensor {
  const h = tanh(a.forward(x));
  const value = mse(b.forward(h), y);
  log.push({ loss: value.item(), size: mean(square(h)).item(), largest: Math.max(...h.data) });
  if (Number.isNaN(value.item())) throw new Error("the loss is not a number");
  return value;
}
