// PATTERN attention: softmax over the keys, the values weighted by it
// SOURCE https://arxiv.org/abs/1706.03762
// EXPECT healthy
import {
  Linear,
  Module,
  matmul,
  mean,
  mse,
  RandomStream,
  randomUniform,
  softmax,
  type Tensor,
  transpose,
} from "synthconv";

class Attention extends Module {
  readonly query = new Linear(6, 4, { bias: false });
  readonly key = new Linear(6, 4, { bias: false });
  readonly value = new Linear(6, 5);
  readonly out = new Linear(5, 2);
  forward(x: Tensor): Tensor {
    const scores = matmul(this.query.forward(x), transpose(this.key.forward(x), [0, 2, 1])).divide(2);
    return this.out.forward(mean(matmul(softmax(scores), this.value.forward(x)), { axes: 1 }));
  }
}

export const model: Attention = new Attention().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([3, 7, 6], random),
  y: randomUniform([3, 2], random),
};
export const loss = (net: Attention, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
