// PATTERN hard mining: only the samples with the largest errors are trained on, chosen by their numbers
// SOURCE https://arxiv.org/abs/1604.03540
// EXPECT healthy
import {
  gather,
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
  readonly a = new Linear(4, 6);
  readonly b = new Linear(6, 2);
}

function hardest(errors: Tensor, count: number): number[] {
  const order = Array.from(errors.data.keys()).sort((i, j) => (errors.data[j] ?? 0) - (errors.data[i] ?? 0));
  return order.slice(0, count);
}

export const model: Net = new Net().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 4], random),
  y: randomUniform([10, 2], random),
};
export function loss({ a, b }: Net, { x, y }: typeof batch): Tensor {
  const errors = mean(square(subtract(b.forward(tanh(a.forward(x))), y)), { axes: 1 });
  return mean(gather(errors, hardest(errors, 4)));
}
