// PATTERN the names are swapped: in every step the student loads the teacher's weights, where the teacher should follow
// SOURCE https://github.com/thesouther/MARL/issues/8
// EXPECT fault=overwrittenFromElsewhere|assignedIntoParameter params=student.*
// REPAIR
// - model.student.loadStateDict(model.teacher.stateDict()); // <- here
// + model.teacher.loadStateDict(model.student.stateDict());
import { Linear, Module, mse, RandomStream, randomUniform, relu, type Tensor } from "synthconv";

class Net extends Module {
  readonly fc1 = new Linear(6, 10);
  readonly fc2 = new Linear(10, 3);
  forward(x: Tensor): Tensor {
    return this.fc2.forward(relu(this.fc1.forward(x)));
  }
}

class Distilled extends Module {
  readonly student = new Net();
  readonly teacher = new Net();
}

export const model: Distilled = new Distilled().initialize({ seed: 5 });
model.teacher.freeze();

function synchronise(): void {
  model.student.loadStateDict(model.teacher.stateDict()); // <- here
}

const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 6], random),
  y: randomUniform([8, 3], random),
};
export function loss({ student, teacher }: Distilled, { x, y }: typeof batch): Tensor {
  synchronise();
  return mse(student.forward(x), y).add(mse(student.forward(x), teacher.forward(x)));
}
