// PATTERN the teacher of a distillation is the student itself, so the two always agree
// SOURCE https://github.com/facebookresearch/dinov2/issues/114
// EXPECT fault=alwaysZero params=a.*,b.*
// REPAIR
// - const teacher = model;
// + const teacher = new Network().initialize({ seed: 3 });
import { Adam, Linear, Module, mse, noGrad, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Network extends Module {
  readonly a = new Linear(3, 8);
  readonly b = new Linear(8, 2);

  forward(x: Tensor): Tensor {
    return this.b.forward(tanh(this.a.forward(x)));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
const teacher = model;
export const batch: Tensor = randomUniform([8, 3], new RandomStream({ seed: 2, purpose: "data" }));
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
export function loss(student: Network, x: Tensor): Tensor {
  const wanted = noGrad(() => teacher.forward(x));
  return mse(student.forward(x), wanted); // <- here
}
