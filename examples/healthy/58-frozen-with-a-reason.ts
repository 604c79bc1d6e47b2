// PATTERN the first layer is frozen after some steps, on purpose, and the program says so
// SOURCE https://arxiv.org/abs/1706.04983
// EXPECT healthy
import { Adam, Linear, Module, mse, RandomStream, randomUniform, silu, type Tensor } from "synthconv";

class Network extends Module {
  readonly first = new Linear(5, 8);
  readonly last = new Linear(8, 2);
}

export const model: Network = new Network().initialize({ seed: 21 });
const random = new RandomStream({ seed: 21, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 5], random),
  y: randomUniform([8, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
let step = 0;
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  if (++step === 6) net.first.freeze({ reason: "layers are frozen one after the other" });
  return mse(net.last.forward(silu(net.first.forward(x))), y);
}
