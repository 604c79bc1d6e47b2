// PATTERN the optimizer is given the frozen base, and not the head that is to be tuned
// SOURCE https://github.com/TingsongYu/PyTorch-Tutorial-2nd/issues/7
// EXPECT fault=optimizerHoldsOthers params=head.*
// REPAIR
// - export const optimizer: Adam = new Adam(model.base.parameters(), { learningRate: 0.001 }); // <- here
// + export const optimizer: Adam = new Adam(model.head.parameters(), { learningRate: 0.001 });
import { Adam, Linear, Module, mse, RandomStream, randomUniform, relu, type Tensor } from "synthconv";

class Transfer extends Module {
  readonly base = new Linear(5, 9);
  readonly head = new Linear(9, 2);
}

export const model: Transfer = new Transfer().initialize({ seed: 1 });
model.base.freeze();
export const optimizer: Adam = new Adam(model.base.parameters(), { learningRate: 0.001 }); // <- here
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([5, 5], random),
  y: randomUniform([5, 2], random),
};
export const loss = (net: Transfer, { x, y }: typeof batch): Tensor =>
  mse(net.head.forward(relu(net.base.forward(x))), y);
