// PATTERN a schedule of so many epochs is asked for every step: the rate that the loop sets is 0 soon
// SOURCE https://github.com/aimagelab/meshed-memory-transformer/issues/71
// EXPECT fault=alwaysZero params=a.*,b.*
// REPAIR
// - const schedule = schedules.cosine({ steps: EPOCHS });
// + const schedule = schedules.cosine({ steps: EPOCHS * 100 });
import {
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  SGD,
  schedules,
  type Tensor,
  tanh,
} from "synthconv";

const EPOCHS = 5;
const RATE = 0.1;

class Network extends Module {
  readonly a = new Linear(3, 8);
  readonly b = new Linear(8, 2);
}

export const model: Network = new Network().initialize({ seed: 8 });
const random = new RandomStream({ seed: 8, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 3], random),
  y: randomUniform([8, 2], random),
};
const optimizer = new SGD(model.parameters(), { learningRate: RATE });
const schedule = schedules.cosine({ steps: EPOCHS });
let step = 0;
export function loss(net: Network, { x, y }: typeof batch): Tensor {
  (optimizer as { learningRate: number }).learningRate = RATE * schedule(step++); // <- here
  optimizer.zeroGrad();
  const value = mse(net.b.forward(tanh(net.a.forward(x))), y);
  value.backward();
  optimizer.step();
  return value;
}
