// PATTERN the exponent of the rate was mistyped: 1e-14 does not change a float32 weight
// SOURCE https://github.com/TheLastBen/fast-stable-diffusion/issues/2608
// EXPECT fault=tinyRate|alwaysZero params=*
// REPAIR
// - export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 1e-14 }); // <- here
// + export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 1e-4 });
import { Adam, Linear, Module, mse, RandomStream, randomUniform, silu, type Tensor } from "synthconv";

class Perceptron extends Module {
  readonly hidden = new Linear(3, 12);
  readonly output = new Linear(12, 2);
}

export const model: Perceptron = new Perceptron().initialize({ seed: 11 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 1e-14 }); // <- here
const random = new RandomStream({ seed: 11, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 3], random),
  y: randomUniform([6, 2], random),
};
export const loss = (net: Perceptron, { x, y }: typeof batch): Tensor =>
  mse(net.output.forward(silu(net.hidden.forward(x))), y);
