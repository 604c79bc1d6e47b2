// PATTERN the weights go back to those of the beginning in every fourth step, meant for the start of each fold
// SOURCE https://github.com/baal-org/baal/pull/110
// EXPECT fault=assignedIntoParameter params=*
// REPAIR
// - if (++step % 4 === 0) model.loadStateDict(first); // <- here
// + step += first.size;
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly body = new Linear(5, 10);
  readonly head = new Linear(10, 2);
}

export const model: Network = new Network().initialize({ seed: 10 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 10, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 5], random),
  y: randomUniform([12, 2], random),
};
const first = model.stateDict();
let step = 0;
export function loss({ body, head }: Network, { x, y }: typeof batch): Tensor {
  if (++step % 4 === 0) model.loadStateDict(first); // <- here
  optimizer.zeroGrad();
  const error = mse(head.forward(tanh(body.forward(x))), y);
  error.backward();
  optimizer.step();
  return error;
}
