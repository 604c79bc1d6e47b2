// PATTERN each vector is divided by its norm, and has one entry only: what is left is its sign
// SOURCE https://github.com/zhouhaoyi/Informer2020/issues/169
// EXPECT fault=constantLoss|alwaysZero params=*
// REPAIR
// - return divide(vector, length); // <- here
// + return add(vector, multiply(length, 0));
// -   divide,
// +   add, multiply,
import {
  divide,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  sqrt,
  square,
  sum,
  type Tensor,
  tanh,
} from "synthconv";

class Cosine extends Module {
  readonly embed = new Linear(5, 6);
  readonly project = new Linear(6, 1);

  forward(x: Tensor): Tensor {
    const vector = this.project.forward(tanh(this.embed.forward(x)));
    const length = sqrt(sum(square(vector), { axes: -1, keepDims: true }));
    return divide(vector, length); // <- here
  }
}

export const model: Cosine = new Cosine().initialize({ seed: 4 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 5], random),
  y: randomUniform([6, 1], random),
};
export const loss = (net: Cosine, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
