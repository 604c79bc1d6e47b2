// PATTERN normalisation over the batch, the layer in front of it without a bias
// SOURCE https://github.com/milesial/Pytorch-UNet/pull/325
// EXPECT healthy
import {
  add,
  divide,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  ones,
  Parameter,
  RandomStream,
  randomUniform,
  relu,
  sqrt,
  square,
  subtract,
  type Tensor,
  zeros,
} from "synthconv";

class Norm extends Module {
  readonly gain = new Parameter(ones([6]));
  readonly shift = new Parameter(zeros([6]));
  forward(x: Tensor): Tensor {
    const centred = subtract(x, mean(x, { axes: 0, keepDims: true }));
    const deviation = sqrt(add(mean(square(centred), { axes: 0, keepDims: true }), 1e-5));
    return add(multiply(divide(centred, deviation), this.gain), this.shift);
  }
}

class Net extends Module {
  readonly first = new Linear(4, 6, { bias: false });
  readonly norm = new Norm();
  readonly last = new Linear(6, 2);
}

export const model: Net = new Net().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([9, 4], random),
  y: randomUniform([9, 2], random),
};
export const loss = ({ first, norm, last }: Net, { x, y }: typeof batch): Tensor =>
  mse(last.forward(relu(norm.forward(first.forward(x)))), y);
