// PATTERN weights are to be whole eighths, and are rounded in place before every step: no update is as large as half of one
// SOURCE https://arxiv.org/abs/1511.00363
// EXPECT fault=assignedIntoParameter params=body.weight
// REPAIR
// - import { Linear,
// + import { add, round, subtract, Linear,
// -   body.weight.assign(body.weight.data.map((value) => Math.round(8 * value) / 8)); // <- here
// -   const h = linear(x, body.weight, body.bias);
// +   const w = body.weight;
// +   const eighths = add(w, subtract(round(w.multiply(8)).multiply(1 / 8), w).detach({ reason: "straight through" }));
// +   const h = linear(x, eighths, body.bias);
import { Linear, linear, Module, mse, RandomStream, randomUniform, SGD, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly body = new Linear(6, 8);
  readonly head = new Linear(8, 3);
}

export const model: Network = new Network().initialize({ seed: 5 });
const random = new RandomStream({ seed: 5, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 6], random),
  y: randomUniform([10, 3], random),
};
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 });
export function loss({ body, head }: Network, { x, y }: typeof batch): Tensor {
  body.weight.assign(body.weight.data.map((value) => Math.round(8 * value) / 8)); // <- here
  const h = linear(x, body.weight, body.bias);
  return mse(head.forward(tanh(h)), y);
}
