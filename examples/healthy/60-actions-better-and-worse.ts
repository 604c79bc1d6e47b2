// PATTERN a policy's gradient: the log of an action's probability times an advantage of either sign, which has no lowest value on one batch
// SOURCE https://arxiv.org/abs/1506.02438
// EXPECT healthy
import {
  Adam,
  Linear,
  log,
  Module,
  mean,
  multiply,
  negate,
  RandomStream,
  randomUniform,
  softmax,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

class Policy extends Module {
  readonly hidden = new Linear(4, 8);
  readonly actions = new Linear(8, 3);

  forward(state: Tensor): Tensor {
    return softmax(this.actions.forward(tanh(this.hidden.forward(state))));
  }
}

export const model: Policy = new Policy().initialize({ seed: 23 });
export const batch: Record<"state" | "taken" | "advantage", Tensor> = {
  state: randomUniform([8, 4], new RandomStream({ seed: 23, purpose: "data" })),
  taken: tensor([0, 1, 2, 2, 1, 0, 0, 1].map((one) => [0, 1, 2].map((other) => Number(one === other)))),
  advantage: tensor([1, -1, 0.5, -0.5, 2, -2, 1.5, -1.5]),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.02 });
export const loss = (policy: Policy, { state, taken, advantage }: typeof batch): Tensor => {
  const chances = sum(multiply(policy.forward(state), taken), { axes: 1 });
  return negate(mean(multiply(log(chances), advantage)));
};
