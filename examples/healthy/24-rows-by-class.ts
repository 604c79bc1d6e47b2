// PATTERN one weight for each class, read by the labels of the batch
// SOURCE https://github.com/facebookresearch/ParlAI/pull/990
// EXPECT healthy
import {
  gather,
  Module,
  matmul,
  mse,
  Parameter,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
} from "synthconv";

class PerClass extends Module {
  readonly weights = new Parameter(randomUniform([3, 4, 2], new RandomStream({ seed: 3, purpose: "init" })));
  forward(x: Tensor, classes: readonly number[]): Tensor {
    return reshape(matmul(reshape(x, [-1, 1, 4]), gather(this.weights, classes)), [-1, 2]);
  }
}

export const model: PerClass = new PerClass();
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: { x: Tensor; y: Tensor; classes: number[] } = {
  x: randomUniform([5, 4], random),
  y: randomUniform([5, 2], random),
  classes: [0, 2, 1, 2, 0],
};
export const loss = (net: PerClass, { x, y, classes }: typeof batch): Tensor =>
  mse(net.forward(x, classes), y);
