// PATTERN the bias of an attention's keys, under a causal mask: a softmax takes it away, as in every attention that has one
// SOURCE https://arxiv.org/abs/1706.03762
// EXPECT healthy
import {
  add,
  divide,
  Linear,
  Module,
  matmul,
  mse,
  RandomStream,
  randomUniform,
  softmax,
  type Tensor,
  tensor,
  transpose,
} from "synthconv";

class Causal extends Module {
  readonly q = new Linear(4, 4);
  readonly k = new Linear(4, 4);
  readonly v = new Linear(4, 4);
}
export const model: Causal = new Causal().initialize({ seed: 8 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([2, 5, 4], random),
  y: randomUniform([2, 5, 4], random),
};
const mask = tensor(
  Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (_, j) => (j > i ? -1e9 : 0))),
);
export const loss = (m: Causal, { x, y }: typeof batch): Tensor => {
  const scores = divide(matmul(m.q.forward(x), transpose(m.k.forward(x), [0, 2, 1])), 2);
  const share = softmax(add(scores, mask), -1);
  return mse(matmul(share, m.v.forward(x)), y);
};
