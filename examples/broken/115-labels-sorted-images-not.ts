// PATTERN the targets are sorted, and the inputs are in the order in which they were found
// SOURCE https://github.com/ZhengyuZhao/Targeted-Transfer/issues/4
// EXPECT fault=conditionMixed params=body.*,head.*
// REPAIR
// - const listed = Float32Array.from(y.data).sort(); // a list of its own
// + const listed = y.data;
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh, tensor } from "synthconv";

class Net extends Module {
  readonly body = new Linear(3, 16);
  readonly head = new Linear(16, 1);
  forward(x: Tensor): Tensor {
    return this.head.forward(tanh(this.body.forward(x)));
  }
}

export const model: Net = new Net().initialize({ seed: 6 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 6, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 3], random),
  y: randomUniform([12, 1], random),
};

export function loss(net: Net, { x, y }: typeof batch): Tensor {
  const listed = Float32Array.from(y.data).sort(); // a list of its own
  const labels = tensor(listed, { shape: [12, 1] }); // <- here
  return mse(net.forward(x), labels);
}
