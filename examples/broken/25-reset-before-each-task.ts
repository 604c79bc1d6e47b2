// PATTERN meta-learning: the fast weights are reset to the slow ones before each task, and both are the same parameters
// SOURCE https://github.com/higgsfield/RL-Adventure/issues/32
// EXPECT fault=overwrittenFromElsewhere|assignedIntoParameter params=learner.*
// REPAIR
// - parameter.assign(slow); // <- here
// + slow.set(parameter.data);
import { Linear, Module, mse, RandomStream, randomUniform, softplus, type Tensor } from "synthconv";

class Meta extends Module {
  readonly learner = [new Linear(3, 7), new Linear(7, 1)] as const;

  forward(x: Tensor): Tensor {
    const [first, second] = this.learner;
    return second.forward(softplus(first.forward(x)));
  }
}

export const model: Meta = new Meta().initialize({ seed: 6 });
const slowWeights = model.parameters().map((parameter) => [parameter, parameter.data.slice()] as const);
const random = new RandomStream({ seed: 4, purpose: "tasks" });
export const batch: { tasks: { x: Tensor; y: Tensor }[] } = {
  tasks: [0, 1].map(() => ({ x: randomUniform([5, 3], random), y: randomUniform([5, 1], random) })),
};
export function loss(net: Meta, { tasks }: typeof batch): Tensor {
  for (const [parameter, slow] of slowWeights) {
    parameter.assign(slow); // <- here
  }
  return tasks.map(({ x, y }) => mse(net.forward(x), y)).reduce((sum, one) => sum.add(one));
}
