// PATTERN a normalisation with a gain and a shift is a class that does not extend Module
// SOURCE https://www.engineermaxxing.com/micro/lessons/pytorch-internals.html
// EXPECT fault=optimizerHoldsOthers params=
// REPAIR
// - class LayerNorm {
// + class LayerNorm extends Module {
// - constructor(size: number) {
// + constructor(size: number) {
// + super();
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

class LayerNorm {
  readonly gain: Parameter;
  readonly shift: Parameter;

  constructor(size: number) {
    this.gain = new Parameter(ones([size]));
    this.shift = new Parameter(zeros([size]));
  }

  forward(x: Tensor): Tensor {
    const centred = subtract(x, mean(x, { axes: -1, keepDims: true }));
    const deviation = sqrt(add(mean(square(centred), { axes: -1, keepDims: true }), 1e-5));
    return add(multiply(divide(centred, deviation), this.gain), this.shift);
  }
}

class Block extends Module {
  readonly first = new Linear(5, 8);
  readonly norm = new LayerNorm(8); // <- here
  readonly last = new Linear(8, 2);
}

export const model: Block = new Block().initialize({ seed: 38 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([7, 5], random),
  y: randomUniform([7, 2], random),
};
export const loss = ({ first, norm, last }: Block, { x, y }: typeof batch): Tensor =>
  mse(last.forward(relu(norm.forward(first.forward(x)))), y);
