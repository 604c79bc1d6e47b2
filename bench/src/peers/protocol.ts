/**
 * What the benchmark asks of a peer and what it answers, one line of JSON each on its stdin and stdout. A peer is a
 * child process in any language; bench/README.md tells how to add one.
 */

/** K hidden channels of 3-K-3; images are planar float32. */
export type Work = TrainingWork | InferenceWork | ConvolutionWork;

/**
 * A step of the seed network: condition [B,D] -> Linear(D,G) -> ReLU -> Linear(G,7K+3) -> the weights and biases of
 * 3-K-3 for each sample, image [B,3,S,S], mean squared error; forward, backward, Adam.
 */
export interface TrainingWork {
  readonly kind: "training";
  readonly batch: number;
  readonly size: number;
  /** D. */
  readonly condition: number;
  /** G. */
  readonly generator: number;
  readonly hidden: number;
  readonly learningRate: number;
}

/** 3-K-3 with biases and relu on one image [3,H,W]. */
export interface InferenceWork {
  readonly kind: "inference";
  readonly width: number;
  readonly height: number;
  readonly hidden: number;
}

/** C to C channels without bias, padded so that the size stays: forward, and the gradients of image and weight. */
export interface ConvolutionWork {
  /** Per sample: weights [B,C,C,k,k] and not [C,C,k,k]. */
  readonly kind: "convolution" | "convolutionPerSample";
  readonly batch: number;
  readonly channels: number;
  readonly size: number;
  readonly kernel: number;
}

/**
 * One operation of the table of operations, named as operation-works.ts and pytorch.py name it, on inputs in [-2, 2) or, where it
 * needs them above 0, in [0.5, 1.5).
 */
export interface OperationWork {
  readonly kind: "operation";
  readonly operation: string;
  readonly inputs: readonly OperationInput[];
  /** Also the gradients of the inputs, for an upstream gradient of the same kind of numbers. */
  readonly backward: boolean;
}

export interface OperationInput {
  readonly shape: readonly number[];
  readonly numbers: "any sign" | "above 0";
}

export interface Preparation {
  readonly work: Work | OperationWork;
  readonly formulation: string;
  readonly threads: number;
}

export type PeerRequest =
  | { readonly do: "describe" }
  /** Builds inputs and model, computes nothing yet. */
  | ({ readonly do: "prepare" } & Preparation)
  /** Computes once and answers with some of the numbers. */
  | { readonly do: "check" }
  | { readonly do: "run"; readonly repeats: number };

export interface Description {
  /** `{ "PyTorch": "1.13.1", "Python": "3.11.2" }` */
  readonly versions: Readonly<Record<string, string>>;
  /** Ways to write each kind of work; none where the engine cannot do it. */
  readonly formulations: Readonly<Record<Work["kind"], readonly string[]>>;
  /** Why a kind has no formulation. */
  readonly cannot: Readonly<Partial<Record<Work["kind"], string>>>;
  readonly mostThreads: number;
}

export interface Prepared {
  /** Bytes of the work's inputs and outputs that the process holds from now on. */
  readonly heldBytes: number;
}

/** Numbers by name, in the same order for every peer. */
export type Samples = Readonly<Record<string, readonly number[]>>;

export interface Checked {
  readonly samples: Samples;
}

export interface Ran {
  /** Of all repeats, by the peer's own clock. */
  readonly milliseconds: number;
  /** The processor time of all its threads meanwhile: other programs of the machine do not lengthen it. */
  readonly processorMilliseconds?: number;
}

export type PeerAnswer = Description | Prepared | Checked | Ran;

/** How many numbers of a large array are compared. */
export const SAMPLES = 4096;

/** Indices that are compared, spread evenly over `length` entries, the first and the last among them. */
export function sampleIndices(length: number): number[] {
  const count = Math.min(SAMPLES, length);
  return Array.from({ length: count }, (_, i) => Math.floor((i * (length - 1)) / Math.max(1, count - 1)));
}

export function samplesOf(data: ArrayLike<number>): number[] {
  return sampleIndices(data.length).map((index) => data[index] as number);
}

/** How a work is named in tables and in measurements: `training K=16`. */
export function workName(work: Work): string {
  switch (work.kind) {
    case "training":
    case "inference":
      return `${work.kind} K=${work.hidden}`;
    case "convolution":
      return "convolution";
    case "convolutionPerSample":
      return "convolution per sample";
  }
}

/** Bytes that the work reads and writes, whatever computes it; weights are not counted. */
export function inputAndOutputBytes(work: Work): number {
  switch (work.kind) {
    case "training":
      return 4 * 2 * 3 * work.batch * work.size ** 2;
    case "inference":
      return 4 * 2 * 3 * work.width * work.height;
    case "convolution":
    case "convolutionPerSample":
      // Image, result, the gradient that comes in and the one that goes out.
      return 4 * 4 * work.batch * work.channels * work.size ** 2;
  }
}
