// PATTERN a weight decay that was tuned for another optimizer: AdamW takes learning rate times decay of each weight, here all of it
// SOURCE https://github.com/tflearn/tflearn/issues/772
// EXPECT fault=exploding params=*
// REPAIR
// - weightDecay: 50
// + weightDecay: 0.01
import { AdamW, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Net extends Module {
  readonly a = new Linear(4, 10);
  readonly b = new Linear(10, 2);
}

export const model: Net = new Net().initialize({ seed: 10 });
export const optimizer: AdamW = new AdamW(model.parameters(), { learningRate: 0.02, weightDecay: 50 }); // <- here
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 4], random),
  y: randomUniform([10, 2], random).multiply(4),
};
export const loss = ({ a, b }: Net, { x, y }: typeof batch): Tensor => mse(b.forward(tanh(a.forward(x))), y);
