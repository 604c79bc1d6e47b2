// PATTERN a gain in front of a division by the length, which divides it away
// SOURCE https://arxiv.org/abs/1706.05350
// EXPECT fault=alwaysZero params=gain
// REPAIR
// - const h = multiply(body.forward(x), gain);
// + const h = body.forward(x);
// - out.forward(divide(h, length)), y); // <- here
// + out.forward(multiply(divide(h, length), gain)), y);
import {
  divide,
  Linear,
  Module,
  mse,
  multiply,
  Parameter,
  RandomStream,
  randomUniform,
  sqrt,
  square,
  sum,
  type Tensor,
  tensor,
} from "synthconv";

class Unit extends Module {
  readonly body = new Linear(4, 5);
  readonly gain = new Parameter(tensor([1.5]));
  readonly out = new Linear(5, 1);
}

export const model: Unit = new Unit().initialize({ seed: 40 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 4], random),
  y: randomUniform([6, 1], random),
};
export function loss({ body, gain, out }: Unit, { x, y }: typeof batch): Tensor {
  const h = multiply(body.forward(x), gain);
  const length = sqrt(sum(square(h), { axes: 1, keepDims: true }));
  return mse(out.forward(divide(h, length)), y); // <- here
}
