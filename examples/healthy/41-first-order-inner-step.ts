// PATTERN first-order meta-learning: the gradient of an inner step is detached with a reason
// SOURCE https://arxiv.org/abs/1703.03400
// EXPECT healthy
import {
  full,
  grad,
  Module,
  matmul,
  mse,
  multiply,
  Parameter,
  RandomStream,
  randomUniform,
  subtract,
  type Tensor,
} from "synthconv";

class Learner extends Module {
  readonly w = new Parameter(full([3, 1], 0.5));
}
export const model: Learner = new Learner();
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"sx" | "sy" | "qx" | "qy", Tensor> = {
  sx: randomUniform([4, 3], random),
  sy: randomUniform([4, 1], random),
  qx: randomUniform([4, 3], random),
  qy: randomUniform([4, 1], random),
};
export const loss = (m: Learner, { sx, sy, qx, qy }: typeof batch): Tensor => {
  const [slope] = grad(mse(matmul(sx, m.w), sy), [m.w]);
  const fast = subtract(m.w, multiply((slope as Tensor).detach({ reason: "first order" }), 0.1));
  return mse(matmul(qx, fast), qy);
};
