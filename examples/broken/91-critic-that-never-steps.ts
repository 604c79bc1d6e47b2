// PATTERN the critic's optimizer is made, its backward runs, and its step was lost
// SOURCE https://docs.pytorch.org/tutorials/beginner/dcgan_faces_tutorial.html
// EXPECT fault=optimizerHoldsOthers params=critic.*
// REPAIR
// - judged.backward();
// + judged.backward();
// + ofCritic.step();
import {
  Adam,
  add,
  Linear,
  Module,
  mse,
  ones,
  RandomStream,
  randomUniform,
  type Tensor,
  zeros,
} from "synthconv";

class Pair extends Module {
  readonly maker = new Linear(4, 2);
  readonly critic = new Linear(2, 1);
}

export const model: Pair = new Pair().initialize({ seed: 12 });
const ofCritic = new Adam(model.critic.parameters(), { learningRate: 0.002 }); // <- here
export const optimizer: Adam = new Adam(model.maker.parameters(), { learningRate: 0.002 });
const random = new RandomStream({ seed: 12, purpose: "data" });
export const batch: Record<"noise" | "real", Tensor> = {
  noise: randomUniform([8, 4], random),
  real: randomUniform([8, 2], random).add(1),
};
export function loss({ maker, critic }: Pair, { noise, real }: typeof batch): Tensor {
  ofCritic.zeroGrad();
  const made = maker.forward(noise).detach({ reason: "the critic's turn" });
  const judged = add(mse(critic.forward(real), ones([8, 1])), mse(critic.forward(made), zeros([8, 1])));
  judged.backward();
  return mse(critic.forward(maker.forward(noise)), ones([8, 1]));
}
