// PATTERN hard routing: the expert of the largest score is looked up by its number
// SOURCE https://github.com/google-deepmind/dm-haiku/issues/442
// EXPECT fault=plainNumbers params=gate.*
// REPAIR
// - import {
// + import { softmax,
// - const best = argmax(scores);
// + const shares = softmax(scores);
// - const expert = gather(this.experts, best);
// + const expert = reshape(matmul(shares, reshape(this.experts, [3, 8])), [-1, 4, 2]);
import {
  gather,
  Linear,
  Module,
  matmul,
  mse,
  Parameter,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
} from "synthconv";

function argmax(scores: Tensor): number[] {
  return (scores.toArray() as number[][]).map((row) => row.indexOf(Math.max(...row))); // <- here
}

class Mixture extends Module {
  readonly gate = new Linear(4, 3);
  readonly experts = new Parameter(
    randomUniform([3, 4, 2], new RandomStream({ seed: 1, purpose: "experts" })),
  );

  forward(x: Tensor): Tensor {
    const scores = this.gate.forward(x);
    const best = argmax(scores);
    const expert = gather(this.experts, best);
    return reshape(matmul(reshape(x, [-1, 1, 4]), expert), [-1, 2]);
  }
}

export const model: Mixture = new Mixture().initialize({ seed: 3 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([9, 4], random).subtract(0.5),
  y: randomUniform([9, 2], random),
};
export const loss = (net: Mixture, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
