// PATTERN a temperature is a tensor that asks for a gradient and no parameter: it is in no parameters(), and nothing updates it
// SOURCE https://www.engineermaxxing.com/micro/lessons/pytorch-internals.html
// EXPECT fault=optimizerHoldsOthers params=
// REPAIR
// -   multiply,
// +   multiply, Parameter,
// - readonly temperature = tensor([0.1], { requiresGrad: true }); // <- here
// + readonly temperature = new Parameter(tensor([0.1]));
import {
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  softmax,
  type Tensor,
  tensor,
} from "synthconv";

class Attention extends Module {
  readonly query = new Linear(6, 5);
  readonly temperature = tensor([0.1], { requiresGrad: true }); // <- here
}

export const model: Attention = new Attention().initialize({ seed: 28 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([7, 6], random),
  y: softmax(randomUniform([7, 5], random).multiply(6)),
};
export const loss = ({ query, temperature }: Attention, { x, y }: typeof batch): Tensor =>
  mse(softmax(multiply(query.forward(x), temperature)), y);
