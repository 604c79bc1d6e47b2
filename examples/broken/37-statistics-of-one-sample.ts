// PATTERN batch normalisation with a batch of one: everything is its own mean, what is left is zero
// SOURCE https://github.com/cszn/KAIR/issues/4
// EXPECT fault=constantLoss|alwaysZero params=first.*,second.weight
// REPAIR
// - x: randomUniform([1, 4], random),
// + x: randomUniform([9, 4], random),
// - y: randomUniform([1, 3], random),
// + y: randomUniform([9, 3], random),
import {
  divide,
  Linear,
  Module,
  mean,
  mse,
  RandomStream,
  randomUniform,
  sqrt,
  square,
  subtract,
  type Tensor,
  tanh,
} from "synthconv";

class Net extends Module {
  readonly first = new Linear(4, 7, { bias: false });
  readonly second = new Linear(7, 3);

  forward(x: Tensor): Tensor {
    const h = this.first.forward(x);
    const centred = subtract(h, mean(h, { axes: 0, keepDims: true })); // <- here
    const spread = sqrt(mean(square(centred), { axes: 0, keepDims: true }).add(1e-5));
    return this.second.forward(tanh(divide(centred, spread)));
  }
}

export const model: Net = new Net().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([1, 4], random),
  y: randomUniform([1, 3], random),
};
export const loss = (net: Net, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
