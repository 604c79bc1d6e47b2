// PATTERN a custom scaling whose backward returns the upstream gradient for the scale too, [B,C] where it is [C]
// SOURCE https://github.com/pytorch/pytorch/issues/65244
// EXPECT fault=ownOperation params=scale
// REPAIR
// - import {
// + import { sum,
// - backward: (upstream) => [upstream.multiply(s), upstream.multiply(x)],
// + backward: (upstream) => [upstream.multiply(s), sum(upstream.multiply(x), { axes: 0 })],
import {
  Linear,
  Module,
  mse,
  ones,
  Parameter,
  RandomStream,
  randomUniform,
  record,
  type Tensor,
} from "synthconv";

const scaled = (x: Tensor, s: Tensor): Tensor =>
  record({
    // <- here
    operation: "scaled",
    inputs: [x, s],
    shape: x.shape,
    data: x.data.map((value, at) => value * (s.data[at % s.size] ?? 1)),
    backward: (upstream) => [upstream.multiply(s), upstream.multiply(x)],
  });

class Scaled extends Module {
  readonly body = new Linear(3, 4);
  readonly scale = new Parameter(ones([4]));
}

export const model: Scaled = new Scaled().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([5, 3], random),
  y: randomUniform([5, 4], random),
};
export const loss = (net: Scaled, { x, y }: typeof batch): Tensor =>
  mse(scaled(net.body.forward(x), net.scale), y);
