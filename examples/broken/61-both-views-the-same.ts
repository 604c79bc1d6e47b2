// PATTERN a consistency loss whose two views are the same tensor, projected twice
// SOURCE https://arxiv.org/abs/2011.10566
// EXPECT fault=alwaysZero params=one.*,two.*
// REPAIR
// - const [a, b] = [views.weak, views.weak].map((view) => net.project(view));
// + const [a, b] = [views.weak, views.strong].map((view) => net.project(view));
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
