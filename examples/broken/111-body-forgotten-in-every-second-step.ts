// PATTERN the gradients of a part are dropped before the step, in every second step in place of every two hundredth
// SOURCE https://velog.io/@rhss10/기본-optimizer.zerograd는-어디에-넣어주어야-할까
// EXPECT fault=optimizerHoldsOthers params=body.*
// REPAIR
// - if (step++ % 2 === 0) body.zeroGrad(); // <- here
// + step++;
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly body = new Linear(5, 10);
  readonly head = new Linear(10, 2);
}

export const model: Network = new Network().initialize({ seed: 8 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 8, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 5], random),
  y: randomUniform([12, 2], random),
};
let step = 0;
export function loss({ body, head }: Network, { x, y }: typeof batch): Tensor {
  optimizer.zeroGrad();
  const error = mse(head.forward(tanh(body.forward(x))), y);
  error.backward();
  if (step++ % 2 === 0) body.zeroGrad(); // <- here
  optimizer.step();
  return error;
}
