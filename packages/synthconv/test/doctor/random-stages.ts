/** The layers that random networks are made of, and how each is applied. */
/** Random networks out of the library's layers, healthy or with one fault at a line that is marked with its name. */
import {
  add,
  Conv2d,
  conv2d,
  conv2dTensors,
  divide,
  Linear,
  leakyRelu,
  Module,
  matmul,
  mean,
  multiply,
  ones,
  Parameter,
  RandomStream,
  randomUniform,
  reshape,
  round,
  SynthesizedConv2d,
  sigmoid,
  silu,
  sqrt,
  square,
  subtract,
  type Tensor,
  tanh,
  WeightGenerator,
  zeros,
} from "../../src/index.js";

export const BATCH = 4;
export const CONDITION = 5;

export interface Inputs {
  readonly x: Tensor;
  readonly condition: Tensor;
  readonly y: Tensor;
}

/** A layer and how it is applied; width is kept. */
export abstract class Stage extends Module {
  abstract run(x: Tensor, condition: Tensor): Tensor;
}

export type Activation = (x: Tensor) => Tensor;

export class Dense extends Stage {
  readonly layer: Linear;
  readonly #activation: Activation;
  constructor(width: number, activation: Activation) {
    super();
    this.layer = new Linear(width, width);
    this.#activation = activation;
  }
  run(x: Tensor): Tensor {
    return this.#activation(this.layer.forward(x));
  }
}

export class Residual extends Dense {
  override run(x: Tensor): Tensor {
    return add(x, super.run(x));
  }
}

/** The layer of another stage once more. */
export class Shared extends Stage {
  readonly layer: Linear;
  constructor(layer: Linear) {
    super();
    this.layer = layer;
  }
  run(x: Tensor): Tensor {
    return add(x, tanh(this.layer.forward(x)));
  }
}

export class Gate extends Stage {
  readonly gate: Linear;
  constructor(width: number) {
    super();
    this.gate = new Linear(width, width);
  }
  run(x: Tensor): Tensor {
    return multiply(x, sigmoid(this.gate.forward(x)));
  }
}

/** Over the features of each sample, with a gain and a shift. */
export class Norm extends Stage {
  readonly gain: Parameter;
  readonly shift: Parameter;
  constructor(width: number) {
    super();
    this.gain = new Parameter(ones([width]));
    this.shift = new Parameter(zeros([width]));
  }
  run(x: Tensor): Tensor {
    const centred = subtract(x, mean(x, { axes: -1, keepDims: true }));
    const deviation = sqrt(add(mean(square(centred), { axes: -1, keepDims: true }), 1e-3));
    return add(multiply(divide(centred, deviation), this.gain), this.shift);
  }
}

export class Dropout extends Stage {
  readonly #seed: number;
  #step = 0;
  constructor(seed: number) {
    super();
    this.#seed = seed;
  }
  run(x: Tensor): Tensor {
    const random = new RandomStream({ seed: this.#seed, purpose: "mask", step: this.#step++ });
    return multiply(x, add(multiply(round(randomUniform(x.shape, random)), 0.6), 0.7));
  }
}

/** Each sample has weights of its own, by one layer. */
export class Written extends Stage {
  readonly writer: Linear;
  readonly #width: number;
  constructor(width: number) {
    super();
    this.#width = width;
    this.writer = new Linear(CONDITION, width * width);
  }
  run(x: Tensor, condition: Tensor): Tensor {
    const weight = reshape(this.writer.forward(condition), [-1, this.#width, this.#width]);
    return add(x, reshape(matmul(reshape(x, [-1, 1, this.#width]), weight), [-1, this.#width]));
  }
}

export class Generated extends Stage {
  readonly generator: WeightGenerator<"weight" | "bias">;
  readonly #width: number;
  constructor(width: number) {
    super();
    this.#width = width;
    const tensors = [
      { name: "weight", shape: [width, width] },
      { name: "bias", shape: [width] },
    ] as const;
    this.generator = new WeightGenerator({ conditionLength: CONDITION, hidden: [6], tensors });
  }
  run(x: Tensor, condition: Tensor): Tensor {
    const { weight, bias } = this.generator.forward(condition);
    return silu(add(reshape(matmul(reshape(x, [-1, 1, this.#width]), weight), [-1, this.#width]), bias));
  }
}

export class Convolution extends Stage {
  readonly layer: Conv2d;
  readonly #activation: Activation;
  constructor(channels: number, kernel: number, activation: Activation) {
    super();
    this.layer = new Conv2d(channels, channels, kernel, { padding: (kernel - 1) / 2 });
    this.#activation = activation;
  }
  run(x: Tensor): Tensor {
    return this.#activation(this.layer.forward(x));
  }
}

export class Synthesized extends Stage {
  readonly layer: SynthesizedConv2d;
  constructor(channels: number) {
    super();
    const tensors = conv2dTensors(channels, channels);
    this.layer = new SynthesizedConv2d(
      new WeightGenerator({ conditionLength: CONDITION, hidden: [7], tensors }),
    );
  }
  run(x: Tensor, condition: Tensor): Tensor {
    return leakyRelu(this.layer.forward(x, condition));
  }
}

export class Painted extends Stage {
  readonly writer: Linear;
  readonly #channels: number;
  constructor(channels: number) {
    super();
    this.#channels = channels;
    this.writer = new Linear(CONDITION, channels * channels);
  }
  run(x: Tensor, condition: Tensor): Tensor {
    const weight = reshape(this.writer.forward(condition), [-1, this.#channels, this.#channels, 1, 1]);
    return add(x, conv2d(x, weight));
  }
}
