// PATTERN the error is negated, as a reward would be: training makes it larger for ever
// SOURCE https://github.com/xmed-lab/UCVME/issues/1
// EXPECT fault=exploding params=*
// REPAIR
// - negate(mse(b.forward(softplus(a.forward(x))), y)); // <- here
// + mse(b.forward(softplus(a.forward(x))), y);
import {
  Linear,
  Module,
  mse,
  negate,
  RandomStream,
  randomUniform,
  SGD,
  softplus,
  type Tensor,
} from "synthconv";

class Critic extends Module {
  readonly a = new Linear(3, 12);
  readonly b = new Linear(12, 1);
}

export const model: Critic = new Critic().initialize({ seed: 6 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([9, 3], random),
  y: randomUniform([9, 1], random),
};
export const loss = ({ a, b }: Critic, { x, y }: typeof batch): Tensor =>
  negate(mse(b.forward(softplus(a.forward(x))), y)); // <- here
void negate;
