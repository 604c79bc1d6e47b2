// PATTERN the rate is the decay's and the decay the rate's, a thousand times too large: each step erases the weights
// SOURCE https://arxiv.org/abs/1711.05101
// EXPECT fault=exploding params=0.*,2.*
// REPAIR
// - export const optimizer: AdamW = new AdamW(model.parameters(), { learningRate: 0.8, weightDecay: 1 }); // <- here
// + export const optimizer: AdamW = new AdamW(model.parameters(), { learningRate: 0.03, weightDecay: 0.01 });
import { AdamW, Linear, mse, RandomStream, randomUniform, Sequential, Tanh, type Tensor } from "synthconv";

export const model: Sequential = new Sequential(new Linear(4, 12), new Tanh(), new Linear(12, 2)).initialize({
  seed: 9,
});
const random = new RandomStream({ seed: 9, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([9, 4], random),
  y: randomUniform([9, 2], random),
};
export const optimizer: AdamW = new AdamW(model.parameters(), { learningRate: 0.8, weightDecay: 1 }); // <- here
export const loss = (net: Sequential, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
