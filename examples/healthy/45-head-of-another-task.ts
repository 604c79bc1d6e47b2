// PATTERN each batch names its task and trains the head of that task; those of other tasks have their turn in other batches
// SOURCE https://arxiv.org/abs/1706.05098
// EXPECT healthy
import { Linear, Module, mse, RandomStream, randomUniform, silu, type Tensor } from "synthconv";

class Tasks extends Module {
  readonly trunk = new Linear(4, 6);
  readonly heads = { depth: new Linear(6, 1), normal: new Linear(6, 3), colour: new Linear(6, 3) };
}

interface Batch {
  task: keyof Tasks["heads"];
  x: Tensor;
  y: Tensor;
}

export const model: Tasks = new Tasks().initialize({ seed: 8 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Batch = {
  task: "normal",
  x: randomUniform([5, 4], random),
  y: randomUniform([5, 3], random),
};
export const loss = ({ trunk, heads }: Tasks, { task, x, y }: Batch): Tensor =>
  mse(heads[task].forward(silu(trunk.forward(x))), y);
