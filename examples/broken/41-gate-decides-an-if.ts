// PATTERN a gate is computed, read, and decides an if: whichever way it goes, it has no gradient
// SOURCE https://github.com/andreasveit/convnet-aig/issues/5
// EXPECT fault=plainNumbers params=gate.*
// REPAIR
// - import {
// + import { subtract,
// - if (openness.item() > 0.5) return this.wide.forward(x); // <- here
// + return add(multiply(openness, this.wide.forward(x)), multiply(subtract(1, openness), this.narrow.forward(x)));
import {
  add,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  sigmoid,
  type Tensor,
} from "synthconv";

class Skipping extends Module {
  readonly gate = new Linear(3, 1);
  readonly wide = new Linear(3, 3);
  readonly narrow = new Linear(3, 3);

  forward(x: Tensor): Tensor {
    const openness = mean(sigmoid(this.gate.forward(x)));
    if (openness.item() > 0.5) return this.wide.forward(x); // <- here
    return this.narrow.forward(x);
  }
}

export const model: Skipping = new Skipping().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 3], random),
  y: randomUniform([6, 3], random),
};
export const loss = (net: Skipping, { x, y }: typeof batch): Tensor =>
  add(
    mse(net.forward(x), y),
    multiply(mean(net.narrow.forward(x)), 0.01).add(multiply(mean(net.wide.forward(x)), 0.01)),
  );
