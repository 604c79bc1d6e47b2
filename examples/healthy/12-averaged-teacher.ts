/**
 * A frozen copy of the generator follows as a running average of its numbers, and the student is held near to
 * it: numbers are assigned on purpose, into parameters that nobody trains.
 */
import { add, Conv2d, conv2d, Linear, Module, mse, relu, reshape, type Tensor } from "synthconv";
import { CONDITION_LENGTH, type Photographs, photographs } from "../photographs.ts";

const KERNELS = 4;

class Network extends Module {
  readonly student = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly teacher = new Linear(CONDITION_LENGTH, 3 * KERNELS);
  readonly head = new Conv2d(KERNELS, 3, 1);

  constructor() {
    super();
    this.teacher.freeze();
  }

  followStudent(): void {
    const [student, teacher] = [this.student.parameters(), this.teacher.parameters()];
    teacher.forEach((average, index) => {
      const numbers = student[index]?.data ?? average.data;
      average.assign(average.data.map((entry, at) => 0.99 * entry + 0.01 * (numbers[at] ?? 0)));
    });
  }

  forward(image: Tensor, written: Tensor): Tensor {
    return this.head.forward(relu(conv2d(image, reshape(written, [-1, KERNELS, 3, 1, 1]))));
  }
}

export const model: Network = new Network().initialize({ seed: 2 });
export const batch: Photographs = photographs(4);
export const loss = (network: Network, { condition, image, target }: Photographs): Tensor => {
  network.followStudent();
  const written = network.student.forward(condition);
  const nearness = mse(written, network.teacher.forward(condition));
  return add(mse(network.forward(image, written), target), nearness);
};
