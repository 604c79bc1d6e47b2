// PATTERN actor and critic share a loss, and the optimizer was made from the actor alone
// SOURCE https://github.com/thesouther/MARL/issues/8
// EXPECT fault=optimizerHoldsOthers params=critic.*
// REPAIR
// - export const optimizer: Adam = new Adam(model.actor.parameters(), { learningRate: 0.003 }); // <- here
// + export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.003 });
import {
  Adam,
  add,
  Linear,
  log,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  slice,
  softmax,
  subtract,
  type Tensor,
} from "synthconv";

class ActorCritic extends Module {
  readonly actor = new Linear(5, 3);
  readonly critic = new Linear(5, 1);
}

export const model: ActorCritic = new ActorCritic().initialize({ seed: 1 });
export const optimizer: Adam = new Adam(model.actor.parameters(), { learningRate: 0.003 }); // <- here
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"state" | "reward", Tensor> = {
  state: randomUniform([8, 5], random),
  reward: randomUniform([8, 1], random),
};
export function loss({ actor, critic }: ActorCritic, { state, reward }: typeof batch): Tensor {
  const value = critic.forward(state);
  const advantage = subtract(reward, value).detach({ reason: "the actor does not train the critic" });
  const chosen = slice(softmax(actor.forward(state)), [undefined, [0, 1]]);
  return add(mean(multiply(log(chosen), advantage)).negate(), mse(value, reward));
}
