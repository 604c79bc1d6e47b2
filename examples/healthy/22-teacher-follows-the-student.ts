// PATTERN a frozen teacher is the running average of the student, loaded by state
// SOURCE https://github.com/vwxyzjn/cleanrl/pull/347
// EXPECT healthy
import { Linear, Module, mse, RandomStream, randomUniform, type Tensor } from "synthconv";

class Pair extends Module {
  readonly student = new Linear(4, 3);
  readonly teacher = new Linear(4, 3);
}

export const model: Pair = new Pair().initialize({ seed: 1 });
model.teacher.loadStateDict(model.student.stateDict()).freeze();
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([6, 4], random),
  y: randomUniform([6, 3], random),
};
export function loss({ student, teacher }: Pair, { x, y }: typeof batch): Tensor {
  const from = student.parameters();
  teacher.parameters().forEach((parameter, at) => {
    const source = from[at]?.data ?? parameter.data;
    parameter.assign(parameter.data.map((value, i) => 0.95 * value + 0.05 * (source[i] ?? 0)));
  });
  return mse(student.forward(x), y).add(mse(student.forward(x), teacher.forward(x)).multiply(0.1));
}
