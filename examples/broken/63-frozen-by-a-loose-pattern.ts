// PATTERN the backbone is to be frozen by its name, and the pattern fits every name
// SOURCE https://github.com/nvidia-cosmos/cosmos-rl/issues/370
// EXPECT fault=nothingToTrain params=*
// REPAIR
// - if (/b*/.test(name)) parameter.trainable = false; // <- here
// + if (name.startsWith("backbone")) parameter.trainable = false;
import { Linear, Module, mse, RandomStream, randomUniform, relu, type Tensor } from "synthconv";

class Transfer extends Module {
  readonly backbone = new Linear(4, 4);
  readonly head = new Linear(4, 1);
}

export const model: Transfer = new Transfer().initialize({ seed: 15 });
for (const [name, parameter] of model.namedParameters()) {
  if (/b*/.test(name)) parameter.trainable = false; // <- here
}
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([4, 4], random),
  y: randomUniform([4, 1], random),
};
export const loss = ({ backbone, head }: Transfer, { x, y }: typeof batch): Tensor =>
  mse(head.forward(relu(backbone.forward(x))), y);
