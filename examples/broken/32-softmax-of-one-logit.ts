// PATTERN a softmax over one logit, where a sigmoid was meant: it is 1 whatever the network says
// SOURCE https://github.com/keras-team/keras/issues/21
// EXPECT fault=constantLoss|alwaysZero params=*
// REPAIR
// - import {
// + import { sigmoid,
// - return softmax(this.classify.forward(relu(this.features.forward(x)))); // <- here
// + return sigmoid(this.classify.forward(relu(this.features.forward(x))));
import {
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  relu,
  round,
  softmax,
  type Tensor,
} from "synthconv";

class Binary extends Module {
  readonly features = new Linear(6, 8);
  readonly classify = new Linear(8, 1);

  forward(x: Tensor): Tensor {
    return softmax(this.classify.forward(relu(this.features.forward(x)))); // <- here
  }
}

export const model: Binary = new Binary().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "label", Tensor> = {
  x: randomUniform([10, 6], random),
  label: round(randomUniform([10, 1], random)),
};
export const loss = (net: Binary, { x, label }: typeof batch): Tensor => mse(net.forward(x), label);
