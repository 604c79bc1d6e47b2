// PATTERN one of three heads is trained in each step
// SOURCE https://github.com/Mikyx-1/Reinforcement-Learning/issues/61
// EXPECT healthy
import { Linear, Module, mse, RandomStream, randomUniform, relu, type Tensor } from "synthconv";

class Heads extends Module {
  readonly trunk = new Linear(4, 8);
  readonly heads = [new Linear(8, 1), new Linear(8, 1), new Linear(8, 1)];
  turn = -1;
  forward(x: Tensor): Tensor {
    this.turn = (this.turn + 1) % this.heads.length;
    return (this.heads[this.turn] as Linear).forward(relu(this.trunk.forward(x)));
  }
}

export const model: Heads = new Heads().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 4], random),
  y: randomUniform([6, 1], random),
};
export const loss = (net: Heads, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
