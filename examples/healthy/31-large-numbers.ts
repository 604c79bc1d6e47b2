// PATTERN targets in the thousands with a rate that suits them: the loss is large, and falls
// SOURCE https://github.com/irolaina/FCRN-DepthPrediction/issues/47
// EXPECT healthy
import { Adam, Linear, Module, mse, RandomStream, randomUniform, relu, type Tensor } from "synthconv";

class Prices extends Module {
  readonly hidden = new Linear(3, 24);
  readonly price = new Linear(24, 1);
}

export const model: Prices = new Prices().initialize({ seed: 1 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.05 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([14, 3], random),
  y: randomUniform([14, 1], random).multiply(3000),
};
export const loss = ({ hidden, price }: Prices, { x, y }: typeof batch): Tensor =>
  mse(price.forward(relu(hidden.forward(x))), y);
