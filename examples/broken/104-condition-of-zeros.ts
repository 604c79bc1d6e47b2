// PATTERN the condition is made of zeros that nobody filled, and all that it reaches is off
// SOURCE https://github.com/biomap-research/scFoundation/issues/34
// EXPECT fault=alwaysZero params=first.*,second.weight
// REPAIR
// - const given = zeros(condition.shape);
// + const given = condition;
import {
  Adam,
  initializers,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  type Tensor,
  zeros,
} from "synthconv";

class Network extends Module {
  readonly first = new Linear(3, 8, { initializers: { bias: initializers.constant(0) } });
  readonly second = new Linear(8, 6);

  forward(x: Tensor, condition: Tensor): Tensor {
    const given = zeros(condition.shape);
    const hidden = relu(this.first.forward(given)); // <- here
    const weights = reshape(this.second.forward(hidden), [-1, 2, 3]);
    return mean(multiply(weights, reshape(x, [-1, 1, 3])), { axes: 2 });
  }
}

export const model: Network = new Network().initialize({ seed: 9 });
const random = new RandomStream({ seed: 9, purpose: "data" });
export const batch: Record<"x" | "condition" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  condition: randomUniform([8, 3], random),
  y: randomUniform([8, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
export function loss(net: Network, { x, condition, y }: typeof batch): Tensor {
  return mse(net.forward(x, condition), y);
}
