/** The networks of the fixtures training.json, written with this library; generator/training.py has them in PyTorch. */
import { Parameter, type Tensor, tensor } from "../../src/autograd/index.js";
import { type DType, type Shape, sizeOf } from "../../src/core/index.js";
import { hypernetize } from "../../src/hyper/index.js";
import { Conv2d, Linear, Module, ReLU, Sequential } from "../../src/nn/index.js";
import {
  add,
  concat,
  conv2d,
  convTranspose2d,
  divide,
  gelu,
  leakyRelu,
  linear,
  mean,
  multiply,
  relu,
  sigmoid,
  silu,
  slice,
  sqrt,
  square,
  subtract,
  tanh,
} from "../../src/ops/index.js";
import { crossEntropy, l1, mse } from "../../src/train/index.js";

/** A network with the numbers of the fixtures, and its loss. */
export interface LossCurveNetwork {
  readonly parameters: readonly Parameter[];
  readonly loss: () => Tensor;
}

type Sizes = Readonly<Record<string, readonly [shape: Shape, amplitude: number]>>;

/** Entry i of the parameter or input k, rounded to float32 as there. */
function numbers(index: number, [shape, amplitude]: readonly [Shape, number], dtype: DType): Tensor {
  const values = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => amplitude * Math.sin(0.7 * i + 1.3 * index + 1),
  );
  return tensor(values, { shape, dtype });
}

/** A module of parameters by the names of the fixtures. */
class Named extends Module {
  readonly own: Readonly<Record<string, Parameter>>;
  constructor(sizes: Sizes, dtype: DType) {
    super();
    this.own = Object.fromEntries(
      Object.entries(sizes).map(([name, size], index) => [name, new Parameter(numbers(index, size, dtype))]),
    );
  }
}

function given(sizes: Sizes, dtype: DType): (name: string) => Tensor {
  const made = new Map(
    Object.entries(sizes).map(([name, size], index) => [name, numbers(100 + index, size, dtype)]),
  );
  return (name) => made.get(name) as Tensor;
}

/** A network of operations alone. */
function plain(
  sizes: Sizes,
  inputs: Sizes,
  loss: (p: (name: string) => Tensor, x: (name: string) => Tensor) => Tensor,
): (dtype: DType) => LossCurveNetwork {
  return (dtype) => {
    const { own } = new Named(sizes, dtype);
    const x = given(inputs, dtype);
    return { parameters: Object.values(own), loss: () => loss((name) => own[name] as Parameter, x) };
  };
}

/** Gives a network's parameters, by their paths here, the numbers of the fixtures, in the order of these. */
function filled(
  network: Module,
  paths: readonly string[],
  amplitudes: readonly number[],
  dtype: DType,
): Parameter[] {
  network.to(dtype);
  const parameters = network.namedParameters();
  return paths.map((path, index) => {
    const parameter = parameters.get(path) as Parameter;
    parameter.assign(numbers(index, [parameter.shape, amplitudes[index] as number], dtype).data);
    return parameter;
  });
}

const mlp = plain(
  {
    "first.weight": [[8, 4], 0.5],
    "first.bias": [[8], 0.1],
    "second.weight": [[8, 8], 0.4],
    "second.bias": [[8], 0.1],
    "last.weight": [[2, 8], 0.4],
    "last.bias": [[2], 0.1],
  },
  { x: [[6, 4], 1], y: [[6, 2], 1] },
  (p, x) => {
    const first = tanh(linear(x("x"), p("first.weight"), p("first.bias")));
    const second = gelu(linear(first, p("second.weight"), p("second.bias")));
    return mse(linear(second, p("last.weight"), p("last.bias")), x("y"));
  },
);

const convnet = plain(
  {
    "first.weight": [[6, 3, 3, 3], 0.3],
    "first.bias": [[6], 0.1],
    "second.weight": [[6, 6, 3, 3], 0.2],
    "second.bias": [[6], 0.1],
    "last.weight": [[3, 6], 0.5],
    "last.bias": [[3], 0.1],
  },
  { image: [[4, 3, 8, 8], 1] },
  (p, x) => {
    const first = relu(conv2d(x("image"), p("first.weight"), p("first.bias"), { stride: 2, padding: 1 }));
    const second = silu(conv2d(first, p("second.weight"), p("second.bias"), { padding: 1 }));
    const logits = linear(mean(second, { axes: [2, 3] }), p("last.weight"), p("last.bias"));
    return crossEntropy(logits, [0, 2, 1, 2]);
  },
);

const unet = plain(
  {
    "in.weight": [[4, 3, 3, 3], 0.3],
    "in.bias": [[4], 0.1],
    "down.weight": [[6, 4, 3, 3], 0.2],
    "down.bias": [[6], 0.1],
    "up.weight": [[6, 4, 2, 2], 0.3],
    "up.bias": [[4], 0.1],
    "out.weight": [[3, 8, 3, 3], 0.15],
    "out.bias": [[3], 0.1],
  },
  { image: [[2, 3, 8, 8], 1], target: [[2, 3, 8, 8], 0.5] },
  (p, x) => {
    const skip = relu(conv2d(x("image"), p("in.weight"), p("in.bias"), { padding: 1 }));
    const deep = relu(conv2d(skip, p("down.weight"), p("down.bias"), { stride: 2, padding: 1 }));
    const up = convTranspose2d(deep, p("up.weight"), p("up.bias"), { stride: 2 });
    return l1(conv2d(concat([skip, up], 1), p("out.weight"), p("out.bias"), { padding: 1 }), x("target"));
  },
);

const modulated = (dtype: DType): LossCurveNetwork => {
  class Block extends Module {
    readonly writer = hypernetize(new Conv2d(4, 6, 3, { padding: 1 }), {
      parameters: ["weight"],
      generator: { kind: "modulation", hidden: [] },
      condition: 3,
    });
    readonly out = new Conv2d(6, 2, 1);
  }
  const block = new Block();
  const paths = [
    ...["writer.generator.head.weight", "writer.generator.head.bias", "writer.generator.base"],
    ...["writer.network.bias", "out.weight", "out.bias"],
  ];
  const parameters = filled(block, paths, [0.3, 0.1, 0.3, 0.1, 0.4, 0.1], dtype);
  const x = given({ style: [[3, 3], 1], image: [[3, 4, 6, 6], 1], target: [[3, 2, 6, 6], 0.5] }, dtype);
  const loss = (): Tensor => {
    const made = leakyRelu(block.writer.forward(x("style"), x("image")), 0.2);
    return mse(block.out.forward(made), x("target"));
  };
  return { parameters, loss };
};

const chunked = (dtype: DType): LossCurveNetwork => {
  const network = hypernetize(new Sequential(new Conv2d(3, 4, 1), new ReLU(), new Conv2d(4, 3, 1)), {
    parameters: "all",
    generator: { kind: "chunked", hidden: [10], chunkSize: 8, chunkLength: 3 },
    condition: 2,
  });
  const names = ["chunks", "hidden.0.weight", "hidden.0.bias", "head.weight", "head.bias"];
  const paths = names.map((name) => `generator.${name}`);
  const parameters = filled(network, paths, [0.8, 0.5, 0.1, 0.4, 0.1], dtype);
  const x = given({ condition: [[3, 2], 1], image: [[3, 3, 4, 4], 1], target: [[3, 3, 4, 4], 0.5] }, dtype);
  return { parameters, loss: () => mse(network.forward(x("condition"), x("image")), x("target")) };
};

const normalized = (dtype: DType): LossCurveNetwork => {
  class Network extends Module {
    readonly first = new Linear(4, 6);
    readonly writer = new Linear(3, 12);
    readonly last = new Linear(6, 2);
    forward(x: Tensor, condition: Tensor): Tensor {
      const h = this.first.forward(x);
      const centred = subtract(h, mean(h, { axes: -1, keepDims: true }));
      const variance = mean(square(centred), { axes: -1, keepDims: true });
      const written = this.writer.forward(condition);
      const gain = add(slice(written, [undefined, [0, 6]]), 1);
      const offset = slice(written, [undefined, [6, 12]]);
      const normal = add(multiply(divide(centred, sqrt(add(variance, 1e-5))), gain), offset);
      return this.last.forward(sigmoid(normal));
    }
  }
  const network = new Network();
  const paths = ["first", "writer", "last"].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);
  const parameters = filled(network, paths, [0.5, 0.1, 0.3, 0.1, 0.5, 0.1], dtype);
  const x = given({ x: [[5, 4], 1], condition: [[5, 3], 1], y: [[5, 2], 0.7] }, dtype);
  return { parameters, loss: () => mse(network.forward(x("x"), x("condition")), x("y")) };
};

export const lossCurveNetworks: Readonly<Record<string, (dtype: DType) => LossCurveNetwork>> = {
  mlp,
  convnet,
  unet,
  modulated,
  chunked,
  normalized,
};
