// PATTERN twelve layers with a sum around each: deep, and the gradient arrives at the first
// SOURCE https://arxiv.org/abs/1512.03385
// EXPECT healthy
import { add, Linear, Module, mse, RandomStream, randomUniform, SGD, type Tensor, tanh } from "synthconv";

class Residual extends Module {
  readonly blocks = Array.from({ length: 12 }, () => new Linear(8, 8));
  readonly out = new Linear(8, 1);
  forward(x: Tensor): Tensor {
    return this.out.forward(this.blocks.reduce((h, block) => add(h, tanh(block.forward(h))), x));
  }
}

export const model: Residual = new Residual().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.002 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 8], random),
  y: randomUniform([12, 1], random),
};
export const loss = (net: Residual, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
