// PATTERN the prediction is a column and the target a row: their difference is a table of all pairs, and what is learned is the mean
// SOURCE https://github.com/pytorch/pytorch/issues/16045
// EXPECT fault=conditionMixed params=*
// REPAIR
// - subtract(b.forward(tanh(a.forward(x))), y); // <- here
// + subtract(b.forward(tanh(a.forward(x))), y.reshape([-1, 1]));
import {
  Linear,
  Module,
  mean,
  RandomStream,
  randomUniform,
  square,
  subtract,
  type Tensor,
  tanh,
} from "synthconv";

class Net extends Module {
  readonly a = new Linear(5, 16);
  readonly b = new Linear(16, 1);
}

export const model: Net = new Net().initialize({ seed: 61 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 5], random),
  y: randomUniform([10], random),
};
export function loss({ a, b }: Net, { x, y }: typeof batch): Tensor {
  const error = subtract(b.forward(tanh(a.forward(x))), y); // <- here
  return mean(square(error));
}
