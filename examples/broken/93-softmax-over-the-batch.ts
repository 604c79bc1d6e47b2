// PATTERN softmax goes over axis 0, the batch, where each sample was to share out its own classes
// SOURCE https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
// EXPECT fault=conditionMixed params=hidden.*,scores.*
// REPAIR
// - return softmax(this.scores.forward(tanh(this.hidden.forward(x))), 0); // <- here
// + return softmax(this.scores.forward(tanh(this.hidden.forward(x))));
import {
  Linear,
  log,
  Module,
  mean,
  multiply,
  negate,
  RandomStream,
  randomUniform,
  softmax,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

class Classifier extends Module {
  readonly hidden = new Linear(4, 8);
  readonly scores = new Linear(8, 3);

  forward(x: Tensor): Tensor {
    return softmax(this.scores.forward(tanh(this.hidden.forward(x))), 0); // <- here
  }
}

export const model: Classifier = new Classifier().initialize({ seed: 14 });
export const batch: Record<"x" | "classes", Tensor> = {
  x: randomUniform([6, 4], new RandomStream({ seed: 14, purpose: "data" })),
  classes: tensor([0, 1, 2, 2, 1, 0].map((one) => [0, 1, 2].map((other) => Number(one === other)))),
};
export const loss = (net: Classifier, { x, classes }: typeof batch): Tensor =>
  mean(negate(sum(multiply(classes, log(net.forward(x))), { axes: 1 })));
