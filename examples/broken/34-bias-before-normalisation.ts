// PATTERN a layer with a bias in front of a normalisation over the batch, which takes every constant away
// SOURCE https://github.com/4uiiurz1/pytorch-nested-unet/issues/39
// EXPECT fault=constantLoss|alwaysZero params=first.bias
// REPAIR
// - readonly first = new Linear(5, 8); // <- here
// + readonly first = new Linear(5, 8, { bias: false });
import {
  add,
  divide,
  Linear,
  Module,
  mean,
  mse,
  RandomStream,
  randomUniform,
  relu,
  sqrt,
  square,
  subtract,
  type Tensor,
} from "synthconv";

function normalise(x: Tensor): Tensor {
  const centred = subtract(x, mean(x, { axes: 0, keepDims: true })); // <- here
  return divide(centred, sqrt(add(mean(square(centred), { axes: 0, keepDims: true }), 1e-5)));
}

class Normalised extends Module {
  readonly first = new Linear(5, 8); // <- here
  readonly last = new Linear(8, 2);
}

export const model: Normalised = new Normalised().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([12, 5], random),
  y: randomUniform([12, 2], random),
};
export const loss = ({ first, last }: Normalised, { x, y }: typeof batch): Tensor =>
  mse(last.forward(relu(normalise(first.forward(x)))), y);
