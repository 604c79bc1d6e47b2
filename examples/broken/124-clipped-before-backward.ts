// PATTERN gradients are clipped right after they were forgotten: there are none, and the loop explodes
// SOURCE https://stackoverflow.com/questions/54716377/how-to-do-gradient-clipping-in-pytorch
// EXPECT fault=exploding params=body.*,head.*
// REPAIR
// -   clipGradientNorm(net.parameters(), 0.1); // <- here
// +   // Clipped below.
// -   value.backward();
// +   value.backward();
// +   clipGradientNorm(net.parameters(), 0.1);
import {
  clipGradientNorm,
  Linear,
  Module,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  square,
  subtract,
  sum,
  type Tensor,
} from "synthconv";

class Network extends Module {
  readonly body = new Linear(6, 16);
  readonly head = new Linear(16, 3);
}

export const model: Network = new Network().initialize({ seed: 5 });
const random = new RandomStream({ seed: 5, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([16, 6], random),
  y: randomUniform([16, 3], random),
};
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.1 });
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  optimizer.zeroGrad();
  clipGradientNorm(net.parameters(), 0.1); // <- here
  const value = sum(square(subtract(net.head.forward(relu(net.body.forward(x))), y)));
  value.backward();
  optimizer.step();
  return value;
}
