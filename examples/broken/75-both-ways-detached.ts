// PATTERN a hard choice, straight through: the difference is detached with a reason, and so is the soft choice, without one
// SOURCE https://arxiv.org/abs/1611.00712
// EXPECT fault=detached params=logits.*
// REPAIR
// - soft.detach()); // <- here
// + soft);
import {
  Adam,
  add,
  Linear,
  Module,
  matmul,
  mse,
  Parameter,
  RandomStream,
  randomUniform,
  softmax,
  subtract,
  type Tensor,
  tensor,
} from "synthconv";

class Chooser extends Module {
  readonly logits = new Linear(4, 5);
  readonly codes = new Parameter(randomUniform([5, 3], new RandomStream({ seed: 2, purpose: "codes" })));

  pick(x: Tensor): Tensor {
    const soft = softmax(this.logits.forward(x));
    const rows = (soft.toArray() as number[][]).map((row) =>
      row.map((one) => Number(one === Math.max(...row))),
    );
    return add(subtract(tensor(rows), soft).detach({ reason: "straight-through" }), soft.detach()); // <- here
  }
}

export const model: Chooser = new Chooser().initialize({ seed: 49 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.02 });
const random = new RandomStream({ seed: 3, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 4], random),
  y: randomUniform([12, 3], random),
};
export const loss = (net: Chooser, { x, y }: typeof batch): Tensor => mse(matmul(net.pick(x), net.codes), y);
