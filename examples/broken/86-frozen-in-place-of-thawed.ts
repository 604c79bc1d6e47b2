// PATTERN after a warm-up of four steps freeze() is called where unfreeze() was meant
// SOURCE https://arxiv.org/abs/1706.04983
// EXPECT fault=nothingToTrain params=features.*
// REPAIR
// - if (++step > 4) net.features.freeze(); // <- here
// + if (++step > 4) net.features.unfreeze();
import { Adam, Linear, Module, mse, RandomStream, randomUniform, silu, type Tensor } from "synthconv";

class Network extends Module {
  readonly features = new Linear(5, 8);
  readonly head = new Linear(8, 2);
}

export const model: Network = new Network().initialize({ seed: 6 });
const random = new RandomStream({ seed: 6, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 5], random),
  y: randomUniform([8, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
let step = 0;
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  if (++step > 4) net.features.freeze(); // <- here
  return mse(net.head.forward(silu(net.features.forward(x))), y);
}
