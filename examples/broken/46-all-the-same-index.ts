// PATTERN class numbers are made from labels between 0 and 1 by cutting off the fraction: every sample gets class 0
// SOURCE https://github.com/facebookresearch/ParlAI/pull/990
// EXPECT fault=sameIndices|conditionMixed|conditionUnused params=classes.*
// REPAIR
// - const numbers = labels.map((label) => Math.floor(label)); // <- here
// + const numbers = labels.map((label) => Math.floor(label * 5));
import { add, Embedding, Linear, Module, mse, RandomStream, randomUniform, type Tensor } from "synthconv";

class Conditional extends Module {
  readonly classes = new Embedding(5, 6);
  readonly body = new Linear(4, 6);
  readonly out = new Linear(6, 2);

  forward(x: Tensor, labels: readonly number[]): Tensor {
    const numbers = labels.map((label) => Math.floor(label)); // <- here
    return this.out.forward(add(this.body.forward(x), this.classes.forward(numbers))); // <- here
  }
}

export const model: Conditional = new Conditional().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: { x: Tensor; y: Tensor; labels: number[] } = {
  x: randomUniform([4, 4], random),
  y: randomUniform([4, 2], random),
  labels: [0.1, 0.5, 0.3, 0.9],
};
export const loss = (net: Conditional, { x, y, labels }: typeof batch): Tensor =>
  mse(net.forward(x, labels), y);
