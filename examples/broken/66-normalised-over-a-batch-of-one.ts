// PATTERN the features of the condition are normalised over the batch, and the batch has one sample
// SOURCE https://github.com/pytorch/pytorch/issues/4534
// EXPECT fault=alwaysZero params=embed.*,out.weight
// REPAIR
// - export const batch: Batch = data(1);
// + export const batch: Batch = data(8);
// - readonly embed = new Linear(3, 6);
// + readonly embed = new Linear(3, 6, { bias: false });
import {
  add,
  divide,
  Linear,
  Module,
  mean,
  mse,
  RandomStream,
  randomUniform,
  silu,
  sqrt,
  square,
  subtract,
  type Tensor,
} from "synthconv";

class Conditional extends Module {
  readonly embed = new Linear(3, 6);
  readonly out = new Linear(6, 2);
}

function normalise(h: Tensor): Tensor {
  const middle = mean(h, { axes: 0, keepDims: true });
  const spread = sqrt(add(mean(square(subtract(h, middle)), { axes: 0, keepDims: true }), 1e-5));
  return divide(subtract(h, middle), spread); // <- here
}

type Batch = Record<"condition" | "y", Tensor>;
const random = new RandomStream({ seed: 1, purpose: "data" });
const data = (samples: number): Batch => ({
  condition: randomUniform([samples, 3], random),
  y: randomUniform([samples, 2], random),
});
export const model: Conditional = new Conditional().initialize({ seed: 20 });
export const batch: Batch = data(1);
export const loss = ({ embed, out }: Conditional, { condition, y }: Batch): Tensor =>
  mse(out.forward(silu(normalise(embed.forward(condition)))), y);
