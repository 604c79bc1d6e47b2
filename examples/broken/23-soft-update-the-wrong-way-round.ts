// PATTERN a Polyak average is written into the network that is trained, from the target network, with the shares swapped
// SOURCE https://github.com/Mikyx-1/Reinforcement-Learning/issues/61
// EXPECT fault=overwrittenFromElsewhere|assignedIntoParameter params=online.*
// REPAIR
// - into.assign(into.data.map((value, at) => TAU * value + (1 - TAU) * (source.data[at] ?? 0))); // <- here
// + source.assign(source.data.map((value, at) => (1 - TAU) * value + TAU * (into.data[at] ?? 0)));
import { Linear, Module, mse, type Parameter, RandomStream, randomUniform, type Tensor } from "synthconv";

const TAU = 0.005;

class Agent extends Module {
  readonly online = new Linear(4, 2);
  readonly target = new Linear(4, 2);
}

function polyak(into: Parameter, source: Parameter): void {
  into.assign(into.data.map((value, at) => TAU * value + (1 - TAU) * (source.data[at] ?? 0))); // <- here
}

export const model: Agent = new Agent().initialize({ seed: 1 });
model.target.freeze();
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"state" | "reward", Tensor> = {
  state: randomUniform([16, 4], random),
  reward: randomUniform([16, 2], random),
};
export function loss({ online, target }: Agent, { state, reward }: typeof batch): Tensor {
  const sources = target.parameters();
  online.parameters().forEach((parameter, at) => {
    polyak(parameter, sources[at] ?? parameter);
  });
  return mse(online.forward(state), reward.add(target.forward(state).multiply(0.9)));
}
