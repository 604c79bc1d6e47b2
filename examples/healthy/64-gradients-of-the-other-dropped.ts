// PATTERN two players step together at the end of a turn; what the loss of one left in the other is dropped in between
// SOURCE https://github.com/corenel/pytorch-adda/issues/19
// EXPECT healthy
import {
  Adam,
  add,
  bceWithLogits,
  LeakyReLU,
  Linear,
  Module,
  ones,
  RandomStream,
  randomUniform,
  Sequential,
  type Tensor,
  zeros,
} from "synthconv";

class Players extends Module {
  readonly generator = new Sequential(new Linear(3, 12), new LeakyReLU(), new Linear(12, 2));
  readonly critic = new Sequential(new Linear(2, 12), new LeakyReLU(), new Linear(12, 1));
}

export const model: Players = new Players().initialize({ seed: 9 });
const ofGenerator = new Adam(model.generator.parameters(), { learningRate: 1e-3 });
const ofCritic = new Adam(model.critic.parameters(), { learningRate: 1e-3 });
const random = new RandomStream({ seed: 9, purpose: "data" });
export const batch: Record<"real" | "noise", Tensor> = {
  real: add(randomUniform([16, 2], random), 1),
  noise: randomUniform([16, 3], random),
};
let turn = 0;
export function loss({ generator, critic }: Players, { real, noise }: typeof batch): Tensor {
  model.zeroGrad();
  const fake = critic.forward(generator.forward(noise));
  const isCritics = turn++ % 2 === 0;
  const error = isCritics
    ? add(bceWithLogits(critic.forward(real), ones([16, 1])), bceWithLogits(fake, zeros([16, 1])))
    : bceWithLogits(fake, ones([16, 1]));
  error.backward();
  (isCritics ? generator : critic).zeroGrad(); // the other only passed it on
  ofGenerator.step();
  ofCritic.step();
  return error;
}
