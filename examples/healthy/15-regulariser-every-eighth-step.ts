// PATTERN lazy regularisation: a part that only every eighth step uses
// SOURCE https://github.com/open-mmlab/mmgeneration/issues/147
// EXPECT healthy
import { Linear, Module, mean, mse, RandomStream, randomUniform, square, type Tensor, tanh } from "synthconv";

class Lazy extends Module {
  readonly trunk = new Linear(5, 7);
  readonly out = new Linear(7, 2);
  readonly probe = new Linear(7, 3);
}

let step = 0;
export const model: Lazy = new Lazy().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 5], random),
  y: randomUniform([6, 2], random),
};
export function loss({ trunk, out, probe }: Lazy, { x, y }: typeof batch): Tensor {
  const h = tanh(trunk.forward(x));
  const fit = mse(out.forward(h), y);
  return ++step % 8 === 0 ? fit.add(mean(square(probe.forward(h))).multiply(0.5)) : fit;
}
