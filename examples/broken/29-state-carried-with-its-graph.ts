// PATTERN the hidden state is carried from one step to the next with its graph
// SOURCE https://github.com/gabrielloye/RNN-walkthrough/issues/3
// EXPECT fault=staleGraph params=input.*,recur.*
// REPAIR
// - this.state = tanh(this.input.forward(x).add(this.recur.forward(this.state))); // <- here
// + this.state = tanh(this.input.forward(x).add(this.recur.forward(this.state.detach({ reason: "truncated" }))));
import { Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh, zeros } from "synthconv";

class Recurrent extends Module {
  readonly input = new Linear(3, 6);
  readonly recur = new Linear(6, 6);
  readonly read = new Linear(6, 2);
  state: Tensor = zeros([4, 6]);

  forward(x: Tensor): Tensor {
    this.state = tanh(this.input.forward(x).add(this.recur.forward(this.state))); // <- here
    return this.read.forward(this.state);
  }
}

export const model: Recurrent = new Recurrent().initialize({ seed: 2 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([4, 3], random),
  y: randomUniform([4, 2], random),
};
export const loss = (net: Recurrent, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
