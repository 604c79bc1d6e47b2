// PATTERN inputs and targets are each shuffled by a draw of their own, anew in every step
// SOURCE https://stackoverflow.com/questions/4601373/better-way-to-shuffle-two-numpy-arrays-in-unison
// EXPECT fault=conditionMixed params=a.*,b.*
// REPAIR
// -   return mse(b.forward(tanh(a.forward(shuffled(x)))), shuffled(y));
// +   const order = permutation(x.shape[0] as number);
// +   return mse(b.forward(tanh(a.forward(gather(x, order)))), gather(y, order));
import { Adam, gather, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly a = new Linear(3, 16);
  readonly b = new Linear(16, 2);
}

const random = new RandomStream({ seed: 17, purpose: "data" });
function permutation(count: number): number[] {
  const keys = Array.from({ length: count }, () => random.uniform());
  return [...keys.keys()].sort((i, j) => (keys[i] as number) - (keys[j] as number));
}
const shuffled = (x: Tensor): Tensor => gather(x, permutation(x.shape[0] as number)); // <- here

export const model: Network = new Network().initialize({ seed: 17 });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([16, 3], random),
  y: randomUniform([16, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 5e-3 });
export function loss({ a, b }: Network, { x, y }: typeof batch): Tensor {
  return mse(b.forward(tanh(a.forward(shuffled(x)))), shuffled(y));
}
