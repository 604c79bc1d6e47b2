// PATTERN the loss of a critic and that of its opponent are added up: what one asks the other takes back
// SOURCE https://discuss.pytorch.org/t/why-is-detach-necessary/88644
// EXPECT fault=alwaysZero params=maker.*,critic.*
// REPAIR
// -   return add(ofCritic, bceWithLogits(critic.forward(made), ones([8, 1]))); // <- here
// +   optimizer.zeroGrad();
// +   ofCritic.backward();
// +   optimizer.step();
// +   forMaker.zeroGrad();
// +   const ofMaker = bceWithLogits(critic.forward(made), ones([8, 1]));
// +   ofMaker.backward();
// +   forMaker.step();
// +   return ofMaker;
// -   const shown = made;
// +   const shown = made.detach({ reason: "the critic's turn" });
// - new Adam(model.parameters(), { learningRate: 5e-3 });
// + new Adam(model.critic.parameters(), { learningRate: 5e-3 });
// + const forMaker = new Adam(model.maker.parameters(), { learningRate: 5e-3 });
import {
  Adam,
  add,
  bceWithLogits,
  Linear,
  Module,
  ones,
  RandomStream,
  randomUniform,
  type Tensor,
  zeros,
} from "synthconv";

class Game extends Module {
  readonly maker = new Linear(3, 2);
  readonly critic = new Linear(2, 1);
}

export const model: Game = new Game().initialize({ seed: 2 });
const random = new RandomStream({ seed: 2, purpose: "data" });
export const batch: Record<"noise" | "real", Tensor> = {
  noise: randomUniform([8, 3], random),
  real: randomUniform([8, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 5e-3 });
export function loss({ maker, critic }: Game, { noise, real }: typeof batch): Tensor {
  const made = maker.forward(noise);
  const shown = made;
  const taken = bceWithLogits(critic.forward(real), ones([8, 1]));
  const ofCritic = add(taken, bceWithLogits(critic.forward(shown), zeros([8, 1])));
  return add(ofCritic, bceWithLogits(critic.forward(made), ones([8, 1]))); // <- here
}
