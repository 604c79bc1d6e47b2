// PATTERN a deep tanh network whose weights were drawn far too small: signal and gradient shrink in every layer
// SOURCE https://github.com/SilasMarvin/dnns-from-scratch-in-zig/pull/7
// EXPECT fault=vanishing params=stack.*,out.weight
// REPAIR
// - const SCALE = 0.002;
// + const SCALE = 0.6;
import {
  initializers,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  SGD,
  type Tensor,
  tanh,
} from "synthconv";

const SCALE = 0.002;
const drawn = { weight: initializers.normal(SCALE) };

class Deep extends Module {
  readonly stack = Array.from({ length: 7 }, () => new Linear(6, 6, { bias: false, initializers: drawn }));
  readonly out = new Linear(6, 2);
}

export const model: Deep = new Deep().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.05 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 6], random),
  y: randomUniform([10, 2], random),
};
export function loss({ stack, out }: Deep, { x, y }: typeof batch): Tensor {
  const top = stack.reduce((h, layer) => tanh(layer.forward(h)), x); // <- here
  return mse(out.forward(top), y);
}
