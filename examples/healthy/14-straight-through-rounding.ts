// PATTERN the plain idiom of a straight-through estimator, no reason given
// SOURCE https://discuss.pytorch.org/t/torch-round-gradient/28628
// EXPECT healthy
import {
  add,
  Linear,
  linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  round,
  subtract,
  type Tensor,
} from "synthconv";

const quantised = (w: Tensor): Tensor => w.add(subtract(round(w.multiply(16)).divide(16), w).detach());

class Small extends Module {
  readonly hyper = new Linear(4, 10);
  readonly head = new Linear(2, 3);
  forward(task: Tensor, x: Tensor): Tensor {
    const weight = quantised(reshape(this.hyper.forward(task), [2, 5]));
    return add(this.head.forward(linear(x, weight)), 0.1);
  }
}

export const model: Small = new Small().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"task" | "x" | "y", Tensor> = {
  task: randomUniform([1, 4], random),
  x: randomUniform([8, 5], random),
  y: randomUniform([8, 3], random),
};
export const loss = (net: Small, { task, x, y }: typeof batch): Tensor => mse(net.forward(task, x), y);
