// PATTERN an actor and a critic in one loss, the advantage is detached with its reason
// SOURCE https://github.com/openai/baselines/issues/1162
// EXPECT healthy
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
  readonly body = new Linear(5, 8);
  readonly policy = new Linear(8, 3);
  readonly value = new Linear(8, 1);
}

export const model: ActorCritic = new ActorCritic().initialize({ seed: 1 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.003 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"state" | "reward", Tensor> = {
  state: randomUniform([8, 5], random),
  reward: randomUniform([8, 1], random),
};
export function loss({ body, policy, value }: ActorCritic, { state, reward }: typeof batch): Tensor {
  const features = body.forward(state).silu();
  const expected = value.forward(features);
  const advantage = subtract(reward, expected).detach({
    reason: "the policy's gradient does not train the value",
  });
  const taken = slice(softmax(policy.forward(features)), [undefined, [1, 2]]);
  return add(mean(multiply(log(taken), advantage)).negate(), mse(expected, reward));
}
