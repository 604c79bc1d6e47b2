// PATTERN the mean likelihood of the right class is returned as the loss: bounded by 0, and training makes it small
// SOURCE https://github.com/nothinglo/Deep-Photo-Enhancer/issues/57
// EXPECT fault=exploding params=*
// REPAIR
// - return subtract(mean(likelihood), 0); // <- here
// + return subtract(1, mean(likelihood));
import {
  Adam,
  Linear,
  Module,
  mean,
  multiply,
  RandomStream,
  randomUniform,
  softmax,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

class Classifier extends Module {
  readonly hidden = new Linear(4, 8);
  readonly scores = new Linear(8, 3);
}

export const model: Classifier = new Classifier().initialize({ seed: 5 });
const random = new RandomStream({ seed: 5, purpose: "data" });
const classes = [0, 1, 2, 0, 1, 2];
export const batch: Record<"x" | "label", Tensor> = {
  x: randomUniform([6, 4], random),
  label: tensor(classes.map((one) => [0, 1, 2].map((other) => Number(one === other)))),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.02 });
export function loss(net: Classifier, { x, label }: typeof batch): Tensor {
  const shares = softmax(net.scores.forward(tanh(net.hidden.forward(x))));
  const likelihood = sum(multiply(shares, label), { axes: 1 });
  return subtract(mean(likelihood), 0); // <- here
}
