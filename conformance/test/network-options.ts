/** What the compiler asks a row of the networks' tables for, and what networks do without. */
import type {
  Conv2dLayerOptions,
  Conv2dTensorOptions,
  LinearOptions,
  PixelNetworkLayer,
  PixelNetworkLossOptions,
  PixelNetworkOptions,
  PoolOptions,
  ReduceOptions,
  WeightGeneratorOptions,
} from "../../packages/synthconv/src/index.js";

/** Of options that are one of several kinds, those of every kind. */
type NameIn<Options> = Options extends unknown ? keyof Options : never;
type Rows<Options> = Readonly<Record<NameIn<Options>, string>>;

/** By option, a row that sets it: an option without one does not compile. */
export const OPTIONS: {
  readonly conv2d: Rows<Conv2dLayerOptions>;
  readonly linear: Rows<LinearOptions>;
  readonly written: Rows<Conv2dTensorOptions>;
  readonly generator: Rows<WeightGeneratorOptions>;
  readonly pixelLayer: Rows<PixelNetworkLayer>;
  readonly pixelNetwork: Rows<PixelNetworkOptions>;
  readonly pixelNetworkLoss: Rows<PixelNetworkLossOptions>;
  readonly pool: Rows<PoolOptions>;
  readonly reduce: Rows<ReduceOptions>;
} = {
  conv2d: {
    stride: "Conv2d, stride",
    padding: "Conv2d",
    paddingMode: "Conv2d, padding modes",
    dilation: "Conv2d, dilation",
    groups: "Conv2d, groups",
    bias: "Conv2d, no bias",
  },
  linear: { bias: "Linear, no bias", initializers: "Linear, initializers" },
  written: {
    kernelSize: "SynthesizedConv2d, options",
    groups: "SynthesizedConv2d, options",
    bias: "SynthesizedConv2d, options",
    gain: "SynthesizedConv2d, options",
  },
  generator: {
    conditionLength: "WeightGenerator, no condition",
    tensors: "WeightGenerator, gains",
    initialization: "WeightGenerator, starts as PyTorch",
    conditionMeanSquare: "WeightGenerator, a condition's mean square",
    kind: "WeightGenerator, full, settings 2",
    hidden: "WeightGenerator, full, settings 0",
    activation: "WeightGenerator, full, settings 2",
    chunkSize: "WeightGenerator, chunked, settings 0",
    chunkLength: "WeightGenerator, chunked, settings 0",
    chunkBy: "WeightGenerator, chunked, settings 1",
    rank: "WeightGenerator, lowRank, settings 0",
    experts: "WeightGenerator, mixture, settings 0",
    top: "WeightGenerator, mixture, settings 1",
    demodulate: "WeightGenerator, modulation, settings 1",
  },
  pixelLayer: {
    weight: "pixelNetwork, weights per sample",
    bias: "pixelNetwork, no biases",
    activation: "pixelNetwork, gelu",
    negativeSlope: "pixelNetwork, slope",
  },
  pixelNetwork: { residual: "pixelNetwork, residual" },
  pixelNetworkLoss: {
    residual: "pixelNetworkLoss, residual",
    loss: "pixelNetworkLoss, l1",
    epsilon: "pixelNetworkLoss, epsilon",
    pixelWeight: "pixelNetworkLoss, weighted",
  },
  pool: {
    kernel: "averagePool2d",
    stride: "averagePool2d, stride and padding",
    padding: "averagePool2d, stride and padding",
  },
  reduce: { axis: "stack and split", axes: "layer normalization", keepDims: "layer normalization" },
};

/** Exports that no network holds, and why. */
export const NOT_IN_NETWORKS: Readonly<Record<string, string>> = {
  globalAveragePool: "runs as a mean, under that name; the row globalAveragePool has it",
  sign: "has no slope: float32 and float64 part at its steps",
  round: "has no slope: float32 and float64 part at its steps",
  floor: "has no slope: float32 and float64 part at its steps",
  ceil: "has no slope: float32 and float64 part at its steps",
  equal: "has no slope: float32 and float64 part at its steps",
  notEqual: "has no slope: float32 and float64 part at its steps",
  less: "has no slope: float32 and float64 part at its steps",
  lessEqual: "has no slope: float32 and float64 part at its steps",
  greater: "has no slope: float32 and float64 part at its steps",
  greaterEqual: "has no slope: float32 and float64 part at its steps",
  stack: "runs as reshape and concat; the row stack and split has it",
  split: "runs as slices; the row stack and split has it",
  squeeze: "runs as reshape, under that name",
  ssim: "needs larger images than networks here have: PyTorch's and scikit-image's number in test/ops/pytorch-general.test.ts",
  gridSample: "runs as gather and products; the row gridSample has it",
  einsum: "runs as transpose, reshape and matmul; the row scaledDotProductAttention has it",
  scaledDotProductAttention: "runs as matmul and softmax; the row scaledDotProductAttention has it",
  conv1d: "runs as conv2d, under that name; the row conv1d has it",
  Module: "what all of them are",
  declareParameter: "a function, which the rows with parameters of their own call",
  hypernetize: "runs WeightGenerator and the network's own layers; its identities are in the library's tests",
  conditions: "a table of modules for hypernetize",
  Hypernetwork: "what hypernetize makes",
  Condition: "what those of conditions are",
  callWithValues: "what functionalCall is",
  parameterPlaces: "moves nothing",
  statePlaces: "moves nothing",
  isTraining: "moves nothing",
  splitIntoCells: "runs reshape and transpose",
  joinCells: "runs reshape and transpose",
  functionalCall: "runs the network's own forward",
  stackParameters: "runs reshape and concat",
  conv2dTensors: "a function, which the rows of SynthesizedConv2d call",
  Optimizer: "what all of them are",
  Plateau: "depends on what is measured: test/train/groups.test.ts",
  ExponentialMovingAverage: "leaves the parameters as they are: test/train/groups.test.ts",
  schedules: "have rows of their own",
  clipGradientNorm: "has rows of its own",
  gradientNorm: "reads and changes nothing",
  trainLoop: "does what training.ts does, and waits in between: test/train/train-loop.test.ts",
  readCheckpoint: "files: test/train/checkpoint.test.ts",
  restoreCheckpoint: "files: test/train/checkpoint.test.ts",
  writeCheckpoint: "files: test/train/checkpoint.test.ts",
  "initializers.constant": "Linear, initializers",
  "initializers.uniform": "Linear, initializers",
  "initializers.normal": "Embedding",
  "initializers.torch": "Linear",
  "initializers.kaiming": "WeightGenerator, starts hyperfan-in",
};
