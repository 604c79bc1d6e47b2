// PATTERN mixup as it is written most: one mixed input, and the losses of both targets, weighed
// SOURCE https://github.com/facebookresearch/mixup-cifar10
// EXPECT healthy
import {
  Adam,
  add,
  gather,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  type Tensor,
  tanh,
} from "synthconv";

class Net extends Module {
  readonly body = new Linear(3, 8);
  readonly head = new Linear(8, 2);
  forward(x: Tensor): Tensor {
    return this.head.forward(tanh(this.body.forward(x)));
  }
}

export const model: Net = new Net().initialize({ seed: 8 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 8, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 3], random),
  y: randomUniform([6, 2], random),
};
const share = 0.7;
const others = [3, 0, 5, 1, 2, 4];

export function loss(net: Net, { x, y }: typeof batch): Tensor {
  const mixed = add(x.multiply(share), gather(x, others).multiply(1 - share));
  const result = net.forward(mixed);
  return add(mse(result, y).multiply(share), mse(result, gather(y, others)).multiply(1 - share));
}
