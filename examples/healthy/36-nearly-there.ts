// PATTERN a network that is almost at its minimum: gradients and losses are tiny, and that is all right
// SOURCE https://github.com/keras-team/keras/issues/21
// EXPECT healthy
import { Adam, Linear, Module, mse, RandomStream, randomUniform, type Tensor } from "synthconv";

class Line extends Module {
  readonly layer = new Linear(3, 2);
}

export const model: Line = new Line().initialize({ seed: 1 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 1e-4 });
const random = new RandomStream({ seed: 1, purpose: "data" });
const x = randomUniform([8, 3], random);
const known = new Line().initialize({ seed: 1 });
known.freeze();
export const batch: Record<"x" | "y", Tensor> = { x, y: known.layer.forward(x).add(0.002) };
export const loss = (net: Line, { x: input, y }: typeof batch): Tensor => mse(net.layer.forward(input), y);
