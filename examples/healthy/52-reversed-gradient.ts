// PATTERN an operation of one's own passes the numbers on and turns the gradient round: an adversary in one backward pass
// SOURCE https://arxiv.org/abs/1409.7495
// EXPECT healthy
import {
  add,
  Linear,
  Module,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  record,
  type Tensor,
  tanh,
} from "synthconv";

const reversed = (x: Tensor): Tensor =>
  record({
    operation: "reversed",
    inputs: [x],
    shape: x.shape,
    data: x.data.slice(),
    backward: (upstream) => [multiply(upstream, -0.3)],
  });

class Adapted extends Module {
  readonly features = new Linear(4, 6);
  readonly label = new Linear(6, 1);
  readonly domain = new Linear(6, 1);
}

export const model: Adapted = new Adapted().initialize({ seed: 52 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y" | "from", Tensor> = {
  x: randomUniform([8, 4], random),
  y: randomUniform([8, 1], random),
  from: randomUniform([8, 1], random),
};
export function loss({ features, label, domain }: Adapted, { x, y, from }: typeof batch): Tensor {
  const h = tanh(features.forward(x));
  return add(mse(label.forward(h), y), mse(domain.forward(reversed(h)), from));
}
