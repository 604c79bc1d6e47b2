// PATTERN "keep the best weights": from the third step on an old snapshot is loaded before each forward pass
// SOURCE https://github.com/andri27-ts/Reinforcement-Learning/issues/14
// EXPECT fault=overwrittenFromElsewhere|assignedIntoParameter params=trunk.*,top.*
// REPAIR
// - if (age > 2) net.loadStateDict(best); // <- here
// + if (age > 2) best = net.stateDict();
import { gelu, Linear, Module, mse, RandomStream, randomUniform, type Tensor } from "synthconv";

class Small extends Module {
  readonly trunk = new Linear(4, 8);
  readonly top = new Linear(8, 2);
}

export const model: Small = new Small().initialize({ seed: 4 });
let best = model.stateDict();
let age = 0;
const random = new RandomStream({ seed: 5, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([7, 4], random),
  y: randomUniform([7, 2], random),
};
export function loss(net: Small, { x, y }: typeof batch): Tensor {
  age += 1;
  if (age === 1) best = net.stateDict();
  if (age > 2) net.loadStateDict(best); // <- here
  return mse(net.top.forward(gelu(net.trunk.forward(x))), y);
}
