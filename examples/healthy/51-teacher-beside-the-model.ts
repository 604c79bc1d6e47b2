// PATTERN distillation: the teacher is no part of the model, and its numbers alone are used, inside noGrad
// SOURCE https://arxiv.org/abs/1503.02531
// EXPECT healthy
import {
  divide,
  Linear,
  log,
  mean,
  multiply,
  negate,
  noGrad,
  RandomStream,
  ReLU,
  randomUniform,
  Sequential,
  softmax,
  sum,
  type Tensor,
} from "synthconv";

const teacher = new Sequential(new Linear(5, 32), new ReLU(), new Linear(32, 4)).initialize({ seed: 99 });
export const model: Sequential = new Sequential(new Linear(5, 6), new ReLU(), new Linear(6, 4)).initialize({
  seed: 17,
});
export const batch: { x: Tensor } = {
  x: randomUniform([12, 5], new RandomStream({ seed: 1, purpose: "data" })),
};
export function loss(student: Sequential, { x }: typeof batch): Tensor {
  const soft = noGrad(() => softmax(divide(teacher.forward(x), 0.1)));
  return negate(mean(sum(multiply(soft, log(softmax(student.forward(x)))), { axes: 1 })));
}
