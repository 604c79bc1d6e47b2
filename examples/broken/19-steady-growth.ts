// PATTERN high momentum and a rate above what the curvature bears: every step replaces the weights, the loss leaps
// SOURCE https://github.com/guillaumegenthial/sequence_tagging/issues/47
// EXPECT fault=exploding params=*
// REPAIR
// - export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.25, momentum: 0.95 }); // <- here
// + export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.01 });
import { Linear, Module, mse, RandomStream, randomUniform, SGD, type Tensor } from "synthconv";

class Line extends Module {
  readonly slope = new Linear(3, 2);
}

export const model: Line = new Line().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.25, momentum: 0.95 }); // <- here
const random = new RandomStream({ seed: 9, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 3], random).multiply(4),
  y: randomUniform([12, 2], random),
};
export const loss = (net: Line, { x, y }: typeof batch): Tensor => mse(net.slope.forward(x), y);
