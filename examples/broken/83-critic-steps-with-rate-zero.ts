// PATTERN a critic steps inside of the loss, with a rate that a schedule of whole numbers makes 0
// SOURCE https://github.com/karpathy/nanoGPT/pull/578
// EXPECT fault=alwaysZero params=critic.*
// REPAIR
// - Math.floor(1 / 1000)
// + 1
import {
  add,
  Linear,
  Module,
  mse,
  ones,
  RandomStream,
  randomUniform,
  SGD,
  type Tensor,
  tanh,
  zeros,
} from "synthconv";

class Pair extends Module {
  readonly maker = new Linear(3, 4);
  readonly critic = new Linear(4, 1);
}

export const model: Pair = new Pair().initialize({ seed: 246 });
const ofCritic = new SGD(model.critic.parameters(), { learningRate: 0.05 });
export const optimizer: SGD = new SGD(model.maker.parameters(), { learningRate: 0.05 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"noise" | "real", Tensor> = {
  noise: randomUniform([6, 3], random),
  real: randomUniform([6, 4], random),
};
export function loss({ maker, critic }: Pair, { noise, real }: typeof batch): Tensor {
  ofCritic.zeroGrad();
  const fake = tanh(maker.forward(noise));
  const ofFake = critic.forward(fake.detach({ reason: "the critic's turn" }));
  add(mse(ofFake, zeros([6, 1])), mse(critic.forward(real), ones([6, 1]))).backward();
  ofCritic.step({ learningRate: 0.05 * Math.floor(1 / 1000) }); // <- here
  return mse(critic.forward(fake), ones([6, 1]));
}
