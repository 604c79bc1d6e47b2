// PATTERN the means over the batch are compared and nothing else: no sample has to fit what belongs to it
// SOURCE https://github.com/batra-mlp-lab/visdial-rl/pull/12
// EXPECT fault=conditionMixed params=*
// REPAIR
// - const given = mean(net.forward(x), { axes: 0 }); // <- here
// + const given = net.forward(x);
// - return mse(given, mean(y, { axes: 0 }));
// + return mse(given, y);
import { Adam, Linear, Module, mean, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly hidden = new Linear(4, 8);
  readonly out = new Linear(8, 2);

  forward(x: Tensor): Tensor {
    return this.out.forward(tanh(this.hidden.forward(x)));
  }
}

export const model: Network = new Network().initialize({ seed: 7 });
const random = new RandomStream({ seed: 7, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 4], random),
  y: randomUniform([8, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  const given = mean(net.forward(x), { axes: 0 }); // <- here
  return mse(given, mean(y, { axes: 0 }));
}
