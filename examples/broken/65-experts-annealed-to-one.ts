// PATTERN the temperature of a choice of experts is divided in every step: from some step on the softmax chooses one, for ever
// SOURCE https://arxiv.org/abs/1611.01144
// EXPECT fault=alwaysZero params=router.*,experts.0.*,experts.2.*
// REPAIR
// - this.temperature /= 5;
// + this.temperature = Math.max(0.5, this.temperature / 5);
import {
  add,
  divide,
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  slice,
  softmax,
  type Tensor,
  zeros,
} from "synthconv";

class Experts extends Module {
  readonly router = new Linear(4, 3);
  readonly experts = [new Linear(4, 2), new Linear(4, 2), new Linear(4, 2)];
  temperature = 1;

  forward(x: Tensor): Tensor {
    const logits = divide(this.router.forward(x), this.temperature);
    this.temperature /= 5;
    const shares = softmax(logits, 1); // <- here
    let out = zeros([6, 2]);
    for (const [index, expert] of this.experts.entries()) {
      out = add(out, multiply(expert.forward(x), slice(shares, [undefined, [index, index + 1]])));
    }
    return out;
  }
}

export const model: Experts = new Experts().initialize({ seed: 6 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 4], random),
  y: randomUniform([6, 2], random),
};
export const loss = (net: Experts, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
