// PATTERN a consistency loss whose two views are the same tensor, projected twice
// SOURCE https://arxiv.org/abs/2011.10566
// EXPECT fault=alwaysZero params=one.*,two.*
// REPAIR
// - import { gelu, Linear, Module, mse, RandomStream, randomUniform, type Tensor } from "synthconv";
// + import { add, gelu, Linear, Module, mean, mse, RandomStream, randomUniform, square, subtract, tanh, type Tensor } from "synthconv";
// - const [a, b] = [views.weak, views.weak].map((view) => net.project(view));
// + const [a, b] = [views.weak, views.strong].map((view) => net.project(view));
// - return mse(a as Tensor, b as Tensor); // <- here
// + const held = tanh(a as Tensor);
// + const spread = mean(square(subtract(held, mean(held, { axes: [0], keepDims: true }))));
// + return add(mse(a as Tensor, b as Tensor), square(subtract(spread, 0.5)));
import { gelu, Linear, Module, mse, RandomStream, randomUniform, type Tensor } from "synthconv";

class Projector extends Module {
  readonly one = new Linear(6, 8);
  readonly two = new Linear(8, 4);
  project(x: Tensor): Tensor {
    return this.two.forward(gelu(this.one.forward(x)));
  }
}
export const model: Projector = new Projector().initialize({ seed: 19 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"weak" | "strong", Tensor> = {
  weak: randomUniform([5, 6], random),
  strong: randomUniform([5, 6], random),
};
export function loss(net: Projector, views: typeof batch): Tensor {
  const [a, b] = [views.weak, views.weak].map((view) => net.project(view));
  return mse(a as Tensor, b as Tensor); // <- here
}
