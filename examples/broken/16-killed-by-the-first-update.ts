// PATTERN one update with a rate that is far too high pushes every unit of a ReLU below zero, where it stays
// SOURCE https://github.com/keras-team/keras/issues/7057
// EXPECT fault=alwaysZero|exploding params=body.*,head.weight
// REPAIR
// - export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 15 });
// + export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 });
import {
  Linear,
  Module,
  mean,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  square,
  subtract,
  type Tensor,
} from "synthconv";

class Regressor extends Module {
  readonly body = new Linear(5, 16);
  readonly head = new Linear(16, 1);
}

export const model: Regressor = new Regressor().initialize({ seed: 8 });
model.head.weight.assign(new Float32Array(16).fill(0.5));
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 15 });
const random = new RandomStream({ seed: 6, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([20, 5], random),
  y: randomUniform([20, 1], random).subtract(4),
};
export function loss({ body, head }: Regressor, { x, y }: typeof batch): Tensor {
  const features = relu(body.forward(x)); // <- here
  return mean(square(subtract(head.forward(features), y)));
}
