// PATTERN an optimizer with a schedule of its own divides the rate by ten in every step, where every epoch was meant
// SOURCE https://runebook.dev/en/docs/pytorch/generated/torch.optim.lr_scheduler.lrscheduler
// EXPECT fault=alwaysZero params=*
// REPAIR
// - 0.1 ** this.count++
// + 0.1 ** Math.floor(this.count++ / 1000)
import { Linear, Module, mse, RandomStream, randomUniform, SGD, type Tensor, tanh } from "synthconv";

class Decaying extends SGD {
  count = 0;

  override step(): void {
    super.step({ learningRate: this.learningRate * 0.1 ** this.count++ }); // <- here
  }
}

class Net extends Module {
  readonly a = new Linear(5, 8);
  readonly b = new Linear(8, 2);
}

export const model: Net = new Net().initialize({ seed: 11 });
export const optimizer: Decaying = new Decaying(model.parameters(), { learningRate: 0.1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 5], random),
  y: randomUniform([8, 2], random),
};
export const loss = ({ a, b }: Net, { x, y }: typeof batch): Tensor => mse(b.forward(tanh(a.forward(x))), y);
