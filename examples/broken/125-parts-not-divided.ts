// PATTERN a batch goes through in eight parts whose gradients add up, with the rate that the mean of the batch had
// SOURCE https://discuss.pytorch.org/t/why-do-we-need-to-set-the-gradients-manually-to-zero-in-pytorch/4903/20
// EXPECT fault=exploding params=body.*,head.*
// REPAIR
// -     value.backward(); // <- here
// +     value.multiply(1 / 8).backward();
import { Linear, Module, mse, RandomStream, randomUniform, SGD, type Tensor, tanh, tensor } from "synthconv";

class Network extends Module {
  readonly body = new Linear(6, 16);
  readonly head = new Linear(16, 3);
}

export const model: Network = new Network().initialize({ seed: 5 });
const random = new RandomStream({ seed: 5, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([32, 6], random),
  y: randomUniform([32, 3], random),
};
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.4 });
export function loss({ body, head }: Network, { x, y }: typeof batch): Tensor {
  optimizer.zeroGrad();
  let sum = 0;
  for (let part = 0; part < 8; part++) {
    const [from, to] = [4 * part, 4 * part + 4];
    const value = mse(head.forward(tanh(body.forward(x.slice([[from, to]])))), y.slice([[from, to]]));
    value.backward(); // <- here
    sum += value.item();
  }
  optimizer.step();
  return tensor(sum / 8);
}
