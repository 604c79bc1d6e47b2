// PATTERN a multiplier of a constraint goes up by hand, what it weighs goes down by an optimizer
// SOURCE https://discuss.pytorch.org/t/how-to-implement-lagrange-multiplier-with-pytorch/89011
// EXPECT healthy
import {
  Adam,
  add,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  Parameter,
  RandomStream,
  randomUniform,
  relu,
  subtract,
  sum,
  type Tensor,
  tensor,
} from "synthconv";

class Constrained extends Module {
  readonly body = new Linear(5, 16);
  readonly head = new Linear(16, 1);
  readonly multiplier = new Parameter(tensor([0.5]));
}

export const model: Constrained = new Constrained().initialize({ seed: 11 });
const optimizer = new Adam([...model.body.parameters(), ...model.head.parameters()], { learningRate: 0.01 });
const random = new RandomStream({ seed: 11, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 5], random),
  y: add(randomUniform([12, 1], random), 1),
};
export function loss({ body, head, multiplier }: Constrained, { x, y }: typeof batch): Tensor {
  const output = head.forward(relu(body.forward(x)));
  const violation = subtract(mean(output), 1); // at most 1 in the mean
  const lagrangian = sum(add(mse(output, y), multiply(multiplier, violation)));
  model.zeroGrad();
  lagrangian.backward();
  optimizer.step();
  const slope = multiplier.grad?.data[0] ?? 0;
  multiplier.assign(multiplier.data.map((value) => Math.max(0, value + 0.05 * slope)));
  return lagrangian;
}
