// PATTERN a critic steps inside of the loss, and zeroGrad stands between its backward and its step
// SOURCE https://discuss.pytorch.org/t/what-step-backward-and-zero-grad-do/33301
// EXPECT fault=optimizerHoldsOthers params=critic.*
// REPAIR
// - ofCritic.zeroGrad(); // <- here
// + void 0;
// - mse(value, target).backward();
// + ofCritic.zeroGrad();
// + mse(value, target).backward();
import {
  Adam,
  concat,
  Linear,
  Module,
  mean,
  mse,
  negate,
  RandomStream,
  randomUniform,
  Sequential,
  Tanh,
  type Tensor,
} from "synthconv";

class ActorCritic extends Module {
  readonly actor = new Sequential(new Linear(3, 8), new Tanh(), new Linear(8, 1));
  readonly critic = new Sequential(new Linear(4, 8), new Tanh(), new Linear(8, 1));
}

export const model: ActorCritic = new ActorCritic().initialize({ seed: 42 });
const ofCritic = new Adam(model.critic.parameters(), { learningRate: 0.01 });
export const optimizer: Adam = new Adam(model.actor.parameters(), { learningRate: 0.01 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"state" | "action" | "target", Tensor> = {
  state: randomUniform([8, 3], random),
  action: randomUniform([8, 1], random),
  target: randomUniform([8, 1], random),
};
export function loss({ actor, critic }: ActorCritic, { state, action, target }: typeof batch): Tensor {
  const value = critic.forward(concat([state, action], 1));
  mse(value, target).backward();
  ofCritic.zeroGrad(); // <- here
  ofCritic.step();
  return negate(mean(critic.forward(concat([state, actor.forward(state)], 1))));
}
