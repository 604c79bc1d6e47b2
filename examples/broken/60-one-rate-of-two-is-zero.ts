// PATTERN one optimizer of a list has the rate 0: a warm-up that divides by the steps that are done
// SOURCE https://github.com/huggingface/transformers/issues/34754
// EXPECT fault=alwaysZero params=generator.*
// REPAIR
// - const rates = { features: 0.01, generator: 0 / 100 };
// + const rates = { features: 0.01, generator: 0.01 };
import {
  Adam,
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  sum,
  type Tensor,
} from "synthconv";

class Pair extends Module {
  readonly features = new Linear(3, 4);
  readonly generator = new Linear(2, 4);
}
const rates = { features: 0.01, generator: 0 / 100 };
export const model: Pair = new Pair().initialize({ seed: 10 });
export const optimizer: Adam[] = [
  new Adam(model.features.parameters(), { learningRate: rates.features }),
  new Adam(model.generator.parameters(), { learningRate: rates.generator }), // <- here
];
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "c" | "y", Tensor> = {
  x: randomUniform([5, 3], random),
  c: randomUniform([5, 2], random),
  y: randomUniform([5], random),
};
export const loss = (m: Pair, { x, c, y }: typeof batch): Tensor =>
  mse(sum(multiply(m.features.forward(x), m.generator.forward(c)), { axes: 1 }), y);
