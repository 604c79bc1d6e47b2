// PATTERN each sample goes to its best expert, weighed by its probability; in these steps some experts are nobody's best
// SOURCE https://arxiv.org/abs/2101.03961
// EXPECT healthy
import {
  concat,
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  slice,
  softmax,
  type Tensor,
} from "synthconv";

class Switch extends Module {
  readonly router = new Linear(3, 6);
  readonly experts = Array.from({ length: 6 }, () => new Linear(3, 2));

  forward(x: Tensor): Tensor {
    const chances = softmax(this.router.forward(x));
    const rows = (chances.toArray() as number[][]).map((row, sample) => {
      const best = row.indexOf(Math.max(...row));
      const own = slice(x, [[sample, sample + 1]]);
      const chance = slice(chances, [
        [sample, sample + 1],
        [best, best + 1],
      ]);
      return multiply((this.experts[best] as Linear).forward(own), chance);
    });
    return concat(rows, 0);
  }
}

export const model: Switch = new Switch().initialize({ seed: 7 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([4, 3], random),
  y: randomUniform([4, 2], random),
};
export const loss = (net: Switch, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
