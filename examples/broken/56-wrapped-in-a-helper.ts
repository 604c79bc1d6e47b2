// PATTERN a helper makes "a weight the layer accepts" of what the network computed: a new parameter, under noGrad
// SOURCE https://github.com/google/qhbm-library/issues/93
// EXPECT fault=rewrappedAsParameter params=net.*
// REPAIR
// - return noGrad(() => new Parameter(reshape(flat, [3, 4]))); // <- here
// + return reshape(flat, [3, 4]);
import {
  Linear,
  linear,
  Module,
  mse,
  noGrad,
  Parameter,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
} from "synthconv";

function asWeight(flat: Tensor): Tensor {
  return noGrad(() => new Parameter(reshape(flat, [3, 4]))); // <- here
}

class Hyper extends Module {
  readonly net = new Linear(5, 12);
  readonly scale = new Linear(3, 3);
}

export const model: Hyper = new Hyper().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"task" | "x" | "y", Tensor> = {
  task: randomUniform([1, 5], random),
  x: randomUniform([7, 4], random),
  y: randomUniform([7, 3], random),
};
export const loss = (hyper: Hyper, { task, x, y }: typeof batch): Tensor =>
  mse(hyper.scale.forward(linear(x, asWeight(hyper.net.forward(task)))), y);
