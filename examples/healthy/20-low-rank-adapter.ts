// PATTERN LoRA as it should be: A is random, B starts at zero, the base is frozen
// SOURCE https://arxiv.org/abs/2106.09685
// EXPECT healthy
import {
  Adam,
  add,
  Linear,
  linear,
  Module,
  matmul,
  mse,
  Parameter,
  RandomStream,
  randomUniform,
  type Tensor,
  tanh,
  transpose,
  zeros,
} from "synthconv";

class Adapted extends Module {
  readonly base = new Linear(6, 6);
  readonly a = new Parameter(
    randomUniform([2, 6], new RandomStream({ seed: 4, purpose: "a" })).subtract(0.5),
  );
  readonly b = new Parameter(zeros([6, 2]));
  forward(x: Tensor): Tensor {
    const update = matmul(matmul(x, transpose(this.a)), transpose(this.b));
    return tanh(add(linear(x, this.base.weight, this.base.bias), update));
  }
}

export const model: Adapted = new Adapted().initialize({ seed: 1 });
model.base.freeze();
export const optimizer: Adam = new Adam([model.a, model.b], { learningRate: 0.01 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 6], random),
  y: randomUniform([8, 6], random),
};
export const loss = (net: Adapted, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
