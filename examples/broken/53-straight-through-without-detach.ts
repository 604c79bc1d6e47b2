// PATTERN a binary code by sign, "straight through" as x - x + sign(x) without the detach: its derivative is 0
// SOURCE https://discuss.pytorch.org/t/torch-round-gradient/28628
// EXPECT fault=zeroDerivative|alwaysZero params=hash.*
// REPAIR
// - return hard.add(soft.subtract(soft)); // <- here
// + return soft.add(hard.subtract(soft).detach({ reason: "straight-through" }));
import { Linear, Module, mse, RandomStream, randomUniform, sign, type Tensor, tanh } from "synthconv";

function binary(x: Tensor): Tensor {
  const soft = tanh(x);
  const hard = sign(soft); // <- here
  return hard.add(soft.subtract(soft)); // <- here
}

class Hash extends Module {
  readonly hash = new Linear(6, 4);
  readonly back = new Linear(4, 6);
}

export const model: Hash = new Hash().initialize({ seed: 1 });
export const batch: { x: Tensor } = {
  x: randomUniform([10, 6], new RandomStream({ seed: 1, purpose: "data" })),
};
export const loss = ({ hash, back }: Hash, { x }: typeof batch): Tensor =>
  mse(back.forward(binary(hash.forward(x))), x);
