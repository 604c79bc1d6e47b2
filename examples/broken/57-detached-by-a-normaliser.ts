// PATTERN a helper that normalises features detaches what it returns
// SOURCE https://github.com/Mxbonn/ltmp/issues/2
// EXPECT fault=detached params=lift.*
// REPAIR
// - return divide(x, max(abs(x))).detach(); // <- here
// + return divide(x, max(abs(x)));
import {
  abs,
  divide,
  Linear,
  Module,
  max,
  mse,
  RandomStream,
  randomUniform,
  silu,
  type Tensor,
} from "synthconv";

const unit = (x: Tensor): Tensor => {
  return divide(x, max(abs(x))).detach(); // <- here
};

class Features extends Module {
  readonly lift = new Linear(2, 9);
  readonly read = new Linear(9, 1);
}

export const model: Features = new Features().initialize({ seed: 5 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([11, 2], random),
  y: randomUniform([11, 1], random),
};
export const loss = (net: Features, { x, y }: typeof batch): Tensor =>
  mse(net.read.forward(unit(silu(net.lift.forward(x)))), y);
