// PATTERN binary weights with a scale, straight through from the parameter itself, without the detach
// SOURCE https://arxiv.org/abs/1602.02830
// EXPECT fault=zeroDerivative params=weight
// REPAIR
// - return add(w, subtract(signs, w));
// + return add(w, subtract(signs, w).detach({ reason: "straight-through" }));
import {
  add,
  Conv2d,
  conv2d,
  Module,
  mse,
  multiply,
  Parameter,
  RandomStream,
  randomUniform,
  sign,
  subtract,
  type Tensor,
} from "synthconv";

const binary = (w: Tensor): Tensor => {
  const signs = multiply(sign(w), 0.5); // <- here
  return add(w, subtract(signs, w));
};
class BinaryConv extends Module {
  readonly weight = new Parameter(
    subtract(randomUniform([3, 3, 1, 1], new RandomStream({ seed: 5, purpose: "w" })), 0.5),
  );
  readonly after = new Conv2d(3, 3, 1);
  forward(x: Tensor): Tensor {
    return this.after.forward(conv2d(x, binary(this.weight)));
  }
}
export const model: BinaryConv = new BinaryConv().initialize({ seed: 34 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([2, 3, 4, 4], random),
  y: randomUniform([2, 3, 4, 4], random),
};
export const loss = (m: BinaryConv, { x, y }: typeof batch): Tensor => mse(m.forward(x), y);
