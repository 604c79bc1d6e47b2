// PATTERN a gated branch whose gate and whose value both start at zero: neither ever gets a gradient
// SOURCE https://github.com/Guitaricet/relora/issues/18
// EXPECT fault=alwaysZero|constantLoss params=branch.gate,branch.value
// REPAIR
// - import {
// + import { ones,
// - readonly gate = new Parameter(zeros([1, 4]));
// + readonly gate = new Parameter(ones([1, 4]));
import {
  add,
  Linear,
  Module,
  mse,
  multiply,
  Parameter,
  RandomStream,
  randomUniform,
  type Tensor,
  zeros,
} from "synthconv";

class Branch extends Module {
  readonly gate = new Parameter(zeros([1, 4]));
  readonly value = new Parameter(zeros([1, 4]));
}

class Gated extends Module {
  readonly main = new Linear(3, 4);
  readonly branch = new Branch();

  forward(x: Tensor): Tensor {
    const { gate, value } = this.branch;
    return add(this.main.forward(x), multiply(gate, value)); // <- here
  }
}

export const model: Gated = new Gated().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 3], random),
  y: randomUniform([6, 4], random),
};
export const loss = (net: Gated, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
