// PATTERN the loss trains by itself and returns a number for a log; on its way the body is detached
// SOURCE https://discuss.pytorch.org/t/detach-no-grad-and-requires-grad/16915
// EXPECT fault=detached params=body.*
// REPAIR
// -   const h = tanh(body.forward(x)).detach(); // <- here
// +   const h = tanh(body.forward(x));
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh, tensor } from "synthconv";

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
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 1e-2 });
export function loss({ body, head }: Network, { x, y }: typeof batch): Tensor {
  const h = tanh(body.forward(x)).detach(); // <- here
  optimizer.zeroGrad();
  const value = mse(head.forward(h), y);
  value.backward();
  optimizer.step();
  return tensor(value.item());
}
