// PATTERN a confidence term that is the mean of all probabilities: it is 1 / classes, always
// SOURCE https://github.com/openai/baselines/issues/1162
// EXPECT fault=constantLoss|alwaysZero params=*
// REPAIR
// - return mean(chances); // <- here
// + return mean(max(chances, { axes: -1 }));
// -   mean,
// +   max, mean,
import {
  Linear,
  Module,
  mean,
  RandomStream,
  randomUniform,
  silu,
  softmax,
  subtract,
  type Tensor,
} from "synthconv";

class Policy extends Module {
  readonly observe = new Linear(4, 10);
  readonly act = new Linear(10, 5);
}

function confidence(logits: Tensor): Tensor {
  const chances = softmax(logits); // <- here
  return mean(chances); // <- here
}

export const model: Policy = new Policy().initialize({ seed: 1 });
export const batch: { x: Tensor } = {
  x: randomUniform([7, 4], new RandomStream({ seed: 3, purpose: "data" })),
};
export const loss = ({ observe, act }: Policy, { x }: typeof batch): Tensor =>
  subtract(1, confidence(act.forward(silu(observe.forward(x)))));
