// PATTERN the critic's optimizer steps after the generator's loss was computed through the critic, before its backward pass
// SOURCE https://github.com/pytorch/pytorch/issues/39141
// EXPECT fault=overwrittenInPlace params=generator.*
// REPAIR
// - criticOptimizer.step(); // <- here
// + const update = (): void => criticOptimizer.step();
// - const verdict = mean(critic.forward(fake)).negate();
// + const judge = (): Tensor => mean(critic.forward(fake)).negate();
// - return verdict;
// + update();
// + return judge();
import {
  Linear,
  Module,
  mean,
  RandomStream,
  randomUniform,
  SGD,
  subtract,
  type Tensor,
  tanh,
} from "synthconv";

class Gan extends Module {
  readonly generator = new Linear(3, 4);
  readonly critic = new Linear(4, 1);
}

export const model: Gan = new Gan().initialize({ seed: 1 });
export const optimizer: SGD = new SGD(model.generator.parameters(), { learningRate: 0.01 });
const criticOptimizer = new SGD(model.critic.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"noise" | "real", Tensor> = {
  noise: randomUniform([5, 3], random),
  real: randomUniform([5, 4], random),
};
export function loss({ generator, critic }: Gan, { noise, real }: typeof batch): Tensor {
  const fake = tanh(generator.forward(noise));
  const verdict = mean(critic.forward(fake)).negate();
  criticOptimizer.zeroGrad();
  const shown = fake.detach({ reason: "the critic's turn" });
  subtract(mean(critic.forward(shown)), mean(critic.forward(real))).backward();
  criticOptimizer.step(); // <- here
  return verdict;
}
