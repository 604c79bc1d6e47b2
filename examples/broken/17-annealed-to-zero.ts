// PATTERN the weight of a branch is annealed step by step and reaches zero after two steps, for good
// SOURCE own, after https://github.com/Mikyx-1/Reinforcement-Learning/issues/61 (schedules read from the wrong setting)
// EXPECT fault=alwaysZero params=detail.*
// REPAIR
// - const share = Math.max(0, 1 - 0.5 * step++);
// + const share = Math.max(0.1, 1 - 0.05 * step++);
import {
  add,
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  type Tensor,
  tanh,
} from "synthconv";

let step = 0;

class TwoScales extends Module {
  readonly coarse = new Linear(4, 3);
  readonly detail = new Linear(4, 3);

  forward(x: Tensor): Tensor {
    const share = Math.max(0, 1 - 0.5 * step++);
    const fine = multiply(tanh(this.detail.forward(x)), share); // <- here
    return add(this.coarse.forward(x), fine);
  }
}

export const model: TwoScales = new TwoScales().initialize({ seed: 2 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 4], random),
  y: randomUniform([8, 3], random),
};
export const loss = (net: TwoScales, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
