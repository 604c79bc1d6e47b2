// PATTERN a GAN whose second optimizer was made of the generator again, and that gives back the sum of what it propagated
// SOURCE https://github.com/line/open-universe/issues/5
// EXPECT fault=optimizerHoldsOthers params=critic.*
// REPAIR
// - const forCritic = new Adam(model.generator.parameters(), { learningRate: 2e-3 });
// + const forCritic = new Adam(model.critic.parameters(), { learningRate: 2e-3 });
import {
  Adam,
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

class Game extends Module {
  readonly generator = new Sequential(new Linear(3, 8), new LeakyReLU(), new Linear(8, 2));
  readonly critic = new Sequential(new Linear(2, 8), new LeakyReLU(), new Linear(8, 1));
}

export const model: Game = new Game().initialize({ seed: 1 });
const forGenerator = new Adam(model.generator.parameters(), { learningRate: 2e-3 });
const forCritic = new Adam(model.generator.parameters(), { learningRate: 2e-3 }); // <- here
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"noise" | "real", Tensor> = {
  noise: randomUniform([6, 3], random),
  real: randomUniform([6, 2], random),
};
export function loss({ generator, critic }: Game, { noise, real }: typeof batch): Tensor {
  forCritic.zeroGrad();
  const fake = generator.forward(noise).detach({ reason: "the critic's turn" });
  const ofCritic = bceWithLogits(critic.forward(real), ones([6, 1])).add(
    bceWithLogits(critic.forward(fake), zeros([6, 1])),
  );
  ofCritic.backward();
  forCritic.step();
  forGenerator.zeroGrad();
  const ofGenerator = bceWithLogits(critic.forward(generator.forward(noise)), ones([6, 1]));
  ofGenerator.backward();
  forGenerator.step();
  return ofCritic.add(ofGenerator);
}
