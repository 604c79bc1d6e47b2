// PATTERN a layer gives the deviation of a likelihood as it is: it falls, and the log of a number below 0 is none
// SOURCE https://github.com/aicenter/GenerativeModels.jl/issues/4
// EXPECT fault=nonFinite params=*
// REPAIR
// - const deviation = net.deviation.forward(x);
// + const deviation = add(softplus(net.deviation.forward(x)), 0.1);
// - square,
// + softplus,
// + square,
import {
  add,
  divide,
  Linear,
  log,
  Module,
  mean,
  multiply,
  RandomStream,
  randomUniform,
  SGD,
  square,
  subtract,
  sum,
  type Tensor,
} from "synthconv";

class Gaussian extends Module {
  readonly middle = new Linear(3, 1);
  readonly deviation = new Linear(3, 1);
}

export const model: Gaussian = new Gaussian().initialize({ seed: 8 });
model.deviation.weight.data.fill(0.1);
model.deviation.bias?.data.fill(0.6);
const random = new RandomStream({ seed: 8, purpose: "data" });
const x = randomUniform([12, 3], random);
const noise = multiply(subtract(randomUniform([12, 1], random), 0.5), 0.4);
export const batch: Record<"x" | "y", Tensor> = { x, y: add(sum(x, { axes: 1, keepDims: true }), noise) };
model.middle.weight.data.fill(1);
model.middle.bias?.data.fill(0);
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.08 });
export function loss(net: Gaussian, { x, y }: typeof batch): Tensor {
  const deviation = net.deviation.forward(x);
  const error = divide(subtract(y, net.middle.forward(x)), deviation);
  return mean(add(log(deviation), square(error))); // <- here
}
