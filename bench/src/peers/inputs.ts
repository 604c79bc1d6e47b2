/** The numbers that every peer starts from: formulas, so that no files are needed. pytorch.py has the same. */
import { fillPseudoRandom, pseudoWeights } from "../workloads.js";
import type { ConvolutionWork, InferenceWork, OperationInput, TrainingWork } from "./protocol.js";

const SEEDS = { image: 10, target: 11, condition: 12, first: 13, second: 15, convolution: 17 } as const;

export function values(length: number, seed: keyof typeof SEEDS): Float32Array<ArrayBuffer> {
  return fillPseudoRandom(new Float32Array(length), SEEDS[seed]);
}

function layer(inputs: number, outputs: number, seed: number): LayerNumbers {
  return {
    weight: pseudoWeights(inputs * outputs, inputs, seed),
    bias: pseudoWeights(outputs, inputs, seed + 1),
  };
}

/** Weight [O,I] and bias [O]. */
export interface LayerNumbers {
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

export interface TrainingInputs {
  /** [B,3,S,S] */
  readonly image: Float32Array<ArrayBuffer>;
  readonly target: Float32Array<ArrayBuffer>;
  /** [B,D] */
  readonly condition: Float32Array<ArrayBuffer>;
  readonly first: LayerNumbers;
  readonly second: LayerNumbers;
}

export function trainingInputs(work: TrainingWork): TrainingInputs {
  const { batch, size, condition, generator, hidden } = work;
  return {
    image: values(3 * batch * size ** 2, "image"),
    target: values(3 * batch * size ** 2, "target"),
    condition: values(batch * condition, "condition"),
    first: layer(condition, generator, SEEDS.first),
    second: layer(generator, 7 * hidden + 3, SEEDS.second),
  };
}

/** Where the weights and biases of 3-K-3 lie among the 7K + 3 numbers that are written for a sample. */
export function generatedRanges(hidden: number): Readonly<Record<string, readonly [number, number]>> {
  return {
    weight1: [0, 3 * hidden],
    bias1: [3 * hidden, 4 * hidden],
    weight2: [4 * hidden, 7 * hidden],
    bias2: [7 * hidden, 7 * hidden + 3],
  };
}

/** The two layers of 3-K-3; the same numbers as `benchNetwork([3, K, 3])`. */
export function inferenceLayers({ hidden }: InferenceWork): readonly [LayerNumbers, LayerNumbers] {
  return [layer(3, hidden, 1), layer(hidden, 3, 3)];
}

export interface ConvolutionInputs {
  /** [B,C,S,S] */
  readonly image: Float32Array<ArrayBuffer>;
  readonly upstream: Float32Array<ArrayBuffer>;
  /** [C,C,k,k] or [B,C,C,k,k] */
  readonly weight: Float32Array<ArrayBuffer>;
}

export function convolutionInputs(work: ConvolutionWork): ConvolutionInputs {
  const { kind, batch, channels, size, kernel } = work;
  const entries = batch * channels * size ** 2;
  const inputs = channels * kernel ** 2;
  return {
    image: values(entries, "image"),
    upstream: values(entries, "target"),
    weight: pseudoWeights(
      (kind === "convolutionPerSample" ? batch : 1) * channels * inputs,
      inputs,
      SEEDS.convolution,
    ),
  };
}

/** Input number `index` of an operation; the upstream gradient is the one behind the last. */
export function operationNumbers(
  { shape, numbers }: OperationInput,
  index: number,
): Float32Array<ArrayBuffer> {
  const length = shape.reduce((product, size) => product * size, 1);
  const drawn = fillPseudoRandom(new Float32Array(length), OPERATION_SEED + index);
  return drawn.map((value) => (numbers === "above 0" ? value + 0.5 : 4 * value - 2));
}

const OPERATION_SEED = 40;
