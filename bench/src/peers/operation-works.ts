/** The operations of the table of operations, as a program that uses this library writes them; pytorch.py has the same. */
import {
  Adam,
  add,
  averagePool2d,
  batchNorm,
  concat,
  conv2d,
  crossEntropy,
  divide,
  exp,
  gather,
  gelu,
  grad,
  groupNorm,
  huber,
  instanceNorm,
  Linear,
  l1,
  layerNorm,
  log,
  logSoftmax,
  matmul,
  max,
  maxPool2d,
  mean,
  mse,
  multiply,
  Parameter,
  pad,
  pow,
  relu,
  reshape,
  resize,
  sigmoid,
  silu,
  slice,
  softmax,
  sqrt,
  sum,
  type Tensor,
  tanh,
  tensor,
  tidy,
  transpose,
} from "synthconv";
import { asResult } from "../library.js";
import { operationNumbers } from "./inputs.js";
import { type OperationWork, samplesOf } from "./protocol.js";
import type { ReadyWork } from "./serve.js";

type Operation = (...inputs: readonly Tensor[]) => Tensor;

/** Rows of the embedding that are read: a seventh of its 8192, again and again. */
const ROWS: readonly number[] = Array.from({ length: 8192 }, (_, i) => (i * 7) % 8192);
/** The class of entry i of 100. */
const CLASSES: readonly number[] = Array.from({ length: 8192 }, (_, i) => (i * 7) % 100);

const CHANNEL = [1, -1, 1, 1];

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  add: (a, b) => add(a as Tensor, b as Tensor),
  multiply: (a, b) => multiply(a as Tensor, b as Tensor),
  divide: (a, b) => divide(a as Tensor, b as Tensor),
  "add, bias over channels": (a, b) => add(a as Tensor, reshape(b as Tensor, CHANNEL)),
  "multiply, gain over channels": (a, b) => multiply(a as Tensor, reshape(b as Tensor, CHANNEL)),
  "add, row over rows": (a, b) => add(a as Tensor, b as Tensor),
  "multiply, number": (a) => multiply(a as Tensor, 1.7),
  "pow, number": (a) => pow(a as Tensor, 1.7),
  relu: (x) => relu(x as Tensor),
  gelu: (x) => gelu(x as Tensor),
  silu: (x) => silu(x as Tensor),
  sigmoid: (x) => sigmoid(x as Tensor),
  tanh: (x) => tanh(x as Tensor),
  exp: (x) => exp(x as Tensor),
  log: (x) => log(x as Tensor),
  sqrt: (x) => sqrt(x as Tensor),
  "sum, all": (x) => sum(x as Tensor),
  "sum, last axis": (x) => sum(x as Tensor, { axis: -1 }),
  "sum, channels": (x) => sum(x as Tensor, { axis: 1 }),
  "mean, spatial": (x) => mean(x as Tensor, { axes: [2, 3] }),
  "max, all": (x) => max(x as Tensor),
  "max, last axis": (x) => max(x as Tensor, { axis: -1 }),
  mse: (a, b) => mse(a as Tensor, b as Tensor),
  l1: (a, b) => l1(a as Tensor, b as Tensor),
  huber: (a, b) => huber(a as Tensor, b as Tensor),
  "cross entropy": (x) => crossEntropy(x as Tensor, CLASSES),
  "softmax, last axis": (x) => softmax(x as Tensor),
  "softmax, channels": (x) => softmax(x as Tensor, 1),
  "log softmax, last axis": (x) => logSoftmax(x as Tensor),
  "layer norm": (x, gain, offset) => layerNorm(x as Tensor, gain, offset),
  "group norm": (x, gain, offset) => groupNorm(x as Tensor, 8, gain, offset),
  "instance norm": (x, gain, offset) => instanceNorm(x as Tensor, gain, offset),
  "batch norm": (x, gain, offset) => batchNorm(x as Tensor, gain, offset),
  "resize, bilinear x2": (x) => resize(x as Tensor, { size: [128, 128], mode: "bilinear" }),
  "resize, nearest x2": (x) => resize(x as Tensor, { size: [128, 128], mode: "nearest" }),
  "average pool 2": (x) => averagePool2d(x as Tensor, { kernel: 2 }),
  "max pool 2": (x) => maxPool2d(x as Tensor, { kernel: 2 }),
  "pad, zeros": (x) => pad(x as Tensor, 1),
  "pad, reflect": (x) => pad(x as Tensor, 1, { mode: "reflect" }),
  "transpose, matrix": (x) => transpose(x as Tensor, [1, 0]),
  "transpose, channels last": (x) => transpose(x as Tensor, [0, 2, 3, 1]),
  "concat, channels": (a, b) => concat([a as Tensor, b as Tensor], 1),
  "slice, channels": (x) => slice(x as Tensor, [undefined, [8, 24]]),
  "gather, rows": (table) => gather(table as Tensor, ROWS),
  "matmul 512": (a, b) => matmul(a as Tensor, b as Tensor),
  "matmul, 4096 of 8 x 8": (a, b) => matmul(a as Tensor, b as Tensor),
  "conv2d 3x3": (x, weight) => conv2d(x as Tensor, weight as Tensor, undefined, { padding: 1 }),
  "conv2d 1x1": (x, weight) => conv2d(x as Tensor, weight as Tensor),
  "conv2d, depthwise 3x3": (x, weight) =>
    conv2d(x as Tensor, weight as Tensor, undefined, { padding: 1, groups: 32 }),
};

/** What is no operation of one result: a step, and the numbers that it leaves. */
export const STEPS: Readonly<Record<string, (inputs: readonly Tensor[]) => () => Tensor>> = {
  "Adam step": ([start, gradient]) => {
    const parameter = new Parameter(start as Tensor);
    const optimizer = new Adam([parameter], { learningRate: 1e-3 });
    return () => {
      parameter.grad = gradient;
      optimizer.step();
      return parameter;
    };
  },
  "training, generated 3-16-16-3 of 3x3": generatedTraining,
};

const CHANNELS = [3, 16, 16, 3];

/** condition -> linear -> relu -> linear -> the 3x3 kernels and biases of each sample; mse, backward, Adam. */
function generatedTraining(inputs: readonly Tensor[]): () => Tensor {
  const [image, target, condition, weight1, weight2] = inputs as readonly [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const batch = image.shape[0] as number;
  const layers = [weight1, weight2].map(({ shape, data }) => {
    const [outputs, inputs] = shape as readonly [number, number];
    const layer = new Linear(inputs, outputs);
    layer.weight.assign(data.map((value) => value / 20));
    layer.bias?.assign(new Float32Array(outputs));
    return layer;
  }) as [Linear, Linear];
  const optimizer = new Adam(
    layers.flatMap((layer) => [...layer.parameters()]),
    { learningRate: 1e-3 },
  );
  return () => {
    optimizer.zeroGrad();
    const generated = layers[1].forward(relu(layers[0].forward(condition)));
    let [x, at] = [image, 0];
    for (let layer = 1; layer < CHANNELS.length; layer++) {
      const [from, to] = [CHANNELS[layer - 1] as number, CHANNELS[layer] as number];
      const next = at + 9 * from * to;
      const kernel = reshape(slice(generated, [undefined, [at, next]]), [batch, to, from, 3, 3]);
      const bias = slice(generated, [undefined, [next, next + to]]);
      x = conv2d(x, kernel, bias, { padding: 1 });
      if (layer < CHANNELS.length - 1) x = relu(x);
      at = next + to;
    }
    const loss = mse(x, target);
    loss.backward();
    optimizer.step();
    return loss;
  };
}

export function operationWork({ operation, inputs: described, backward }: OperationWork): ReadyWork {
  const begin = STEPS[operation];
  const inputs = described.map((input, index) =>
    tensor(operationNumbers(input, index), {
      shape: input.shape,
      requiresGrad: backward && begin === undefined,
    }),
  );
  const heldBytes = 4 * inputs.reduce((total, { size }) => total + size, 0);
  if (begin !== undefined) {
    const step = begin(inputs);
    return { heldBytes, step: () => tidy(step), check: () => ({ 0: samplesOf(step().data) }) };
  }
  const run = OPERATIONS[operation];
  if (run === undefined) throw new Error(`no operation of the name ${operation}`);
  const { shape } = run(...inputs);
  const numbers = operationNumbers({ shape, numbers: "any sign" }, inputs.length);
  const seed = tensor(numbers, { shape });
  const results = (from: readonly Tensor[], upstream: Tensor): readonly Tensor[] => {
    const output = run(...from);
    return backward ? [output, ...grad(output, [...from], { seed: upstream })] : [output];
  };
  return {
    heldBytes,
    step: () => tidy(() => void results(inputs, seed)),
    // What an operation reads in a step are mostly results of the same step. As a training loop has it around its step, each call
    // runs inside of `tidy`; PyTorch frees results as soon as their names are gone.
    within: (body) =>
      tidy(() => {
        const [inStep, upstream] = [inputs.map(asResult), asResult(seed)];
        body(() => tidy(() => void results(inStep, upstream)));
      }),
    check: () => {
      const samples = results(inputs, seed).map(({ data }, index) => [String(index), samplesOf(data)]);
      return Object.fromEntries(samples);
    },
  };
}
