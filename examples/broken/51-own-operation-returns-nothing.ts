// PATTERN a custom operation whose backward was left for later: it returns an empty list
// SOURCE https://github.com/jiecaoyu/XNOR-Net-PyTorch/issues/125
// EXPECT fault=ownOperation params=in.*
// REPAIR
// - import {
// + import { tensor,
// - backward: () => [], // to do
// + backward: (upstream) => [upstream.multiply(tensor(x.data.map((v) => (v > 0 ? 1 : 0.2)), { shape: x.shape }))],
import { Linear, Module, mse, RandomStream, randomUniform, record, type Tensor } from "synthconv";

function prelu(x: Tensor): Tensor {
  const data = x.data.map((v) => (v > 0 ? v : 0.2 * v));
  return record({
    // <- here
    operation: "prelu",
    inputs: [x],
    shape: x.shape,
    data,
    backward: () => [], // to do
  });
}

class Net extends Module {
  readonly in = new Linear(3, 5);
  readonly out = new Linear(5, 2);
}

export const model: Net = new Net().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 3], random),
  y: randomUniform([6, 2], random),
};
export const loss = (net: Net, { x, y }: typeof batch): Tensor =>
  mse(net.out.forward(prelu(net.in.forward(x))), y);
