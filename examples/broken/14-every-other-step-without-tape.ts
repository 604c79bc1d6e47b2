// PATTERN an evaluation flag flips in every step: in every other one the generator runs without the tape
// SOURCE https://github.com/oxwhirl/pymarl/issues/161
// EXPECT fault=computedWithoutTape params=hyper.*
// REPAIR
// - const kernel = isEvaluating ? noGrad(() => this.write(task)) : this.write(task); // <- here
// + const kernel = this.write(task);
import {
  conv2d,
  Linear,
  Module,
  mse,
  noGrad,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
} from "synthconv";

let calls = 0;

class Task extends Module {
  readonly hyper = new Linear(5, 12);

  write(task: Tensor): Tensor {
    return reshape(this.hyper.forward(task), [-1, 4, 3, 1, 1]);
  }

  forward(task: Tensor, image: Tensor): Tensor {
    const isEvaluating = calls++ % 2 === 1;
    const kernel = isEvaluating ? noGrad(() => this.write(task)) : this.write(task); // <- here
    return conv2d(image, kernel);
  }
}

export const model: Task = new Task().initialize({ seed: 1 });
const random = new RandomStream({ seed: 2, purpose: "data" });
export const batch: Record<"task" | "image" | "y", Tensor> = {
  task: randomUniform([2, 5], random),
  image: randomUniform([2, 3, 4, 4], random),
  y: randomUniform([2, 4, 4, 4], random),
};
export const loss = (net: Task, { task, image, y }: typeof batch): Tensor => mse(net.forward(task, image), y);
