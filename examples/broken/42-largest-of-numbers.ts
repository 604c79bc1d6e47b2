// PATTERN the worst of several losses is chosen with Math.max over item(), and made into a tensor again
// SOURCE https://github.com/labmlai/annotated_deep_learning_paper_implementations/issues/138
// EXPECT fault=plainNumbers params=*
// REPAIR
// - import {
// + import { concat, max, reshape,
// - return tensor(Math.max(...each.map((one) => one.item()))); // <- here
// + return max(concat(each.map((one) => reshape(one, [1]))));
import { Linear, Module, mse, RandomStream, randomUniform, type Tensor, tensor } from "synthconv";

class Heads extends Module {
  readonly shared = new Linear(4, 6);
  readonly heads = [new Linear(6, 2), new Linear(6, 2)] as const;
}

export const model: Heads = new Heads().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 4], random),
  y: randomUniform([6, 2], random),
};
export function loss({ shared, heads }: Heads, { x, y }: typeof batch): Tensor {
  const features = shared.forward(x);
  const each = heads.map((head) => mse(head.forward(features), y));
  return tensor(Math.max(...each.map((one) => one.item()))); // <- here
}
