// PATTERN two tasks, each with an optimizer, and the gradients of the whole model are forgotten between their losses
// SOURCE https://discuss.pytorch.org/t/what-does-the-backward-function-do/9944/2
// EXPECT fault=optimizerHoldsOthers params=depth.*
// REPAIR
// - model.zeroGrad(); // <- here
// + ofDepth.step();
// + model.zeroGrad();
// - ofDepth.step(); // both at the end
// + void 0;
import {
  Adam,
  add,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  type Tensor,
} from "synthconv";

class TwoTasks extends Module {
  readonly trunk = new Linear(5, 8);
  readonly depth = new Linear(8, 2);
  readonly normals = new Linear(8, 2);
}

export const model: TwoTasks = new TwoTasks().initialize({ seed: 7 });
const ofDepth = new SGD(model.depth.parameters(), { learningRate: 0.05 });
const ofRest = new Adam([...model.trunk.parameters(), ...model.normals.parameters()], { learningRate: 0.01 });
const random = new RandomStream({ seed: 7, purpose: "data" });
export const batch: Record<"x" | "depth" | "normals", Tensor> = {
  x: randomUniform([12, 5], random),
  depth: randomUniform([12, 2], random),
  normals: randomUniform([12, 2], random),
};
export function loss({ trunk, depth, normals }: TwoTasks, targets: typeof batch): Tensor {
  model.zeroGrad(); // of the run before
  const features = relu(trunk.forward(targets.x));
  const first = mse(depth.forward(features), targets.depth);
  const second = mse(normals.forward(features), targets.normals);
  first.backward();
  model.zeroGrad(); // <- here
  second.backward();
  ofDepth.step(); // both at the end
  ofRest.step();
  return add(first, second);
}
