/** What the doctor has to know of each operation. A new operation is a row: a test walks the table of all of them. */

/**
 * - `moves`: every entry is one of an input, or a constant; which one is a matter of layout.
 * - `chooses`: every entry is one of an input; which one numbers decide.
 * - `multiplies`: a factor of zeros leaves nothing of the others.
 * - `sums`: adds entries, with fixed weights.
 * - `squashes`: entry by entry or row by row, with ranges in which its derivative is next to 0.
 * - `bends`: entry by entry, with a derivative nearly everywhere.
 * - `steps`: its derivative is 0 wherever there is one.
 * - `normalizes`: takes a mean and a size away.
 * - `scores`: compares with a target.
 */
export type OperationKind =
  | "moves"
  | "chooses"
  | "multiplies"
  | "sums"
  | "squashes"
  | "bends"
  | "steps"
  | "normalizes"
  | "scores";

/** What compares two values entry by entry. */
export const COMPARISONS: ReadonlySet<string> = new Set(["subtract", "mse", "l1", "huber", "charbonnier"]);

/** By the name under which the tape records it; those that are composed of others need none. */
export const OPERATIONS: Readonly<Record<string, OperationKind>> = {
  reshape: "moves",
  transpose: "moves",
  concat: "moves",
  slice: "moves",
  expand: "moves",
  flip: "moves",
  pad: "moves",
  pixelShuffle: "moves",
  pixelUnshuffle: "moves",
  gather: "chooses",
  where: "chooses",
  max: "chooses",
  min: "chooses",
  maximum: "chooses",
  minimum: "chooses",
  maxPool2d: "chooses",
  multiply: "multiplies",
  divide: "multiplies",
  matmul: "multiplies",
  linear: "multiplies",
  conv2d: "multiplies",
  convTranspose2d: "multiplies",
  pixelNetwork: "multiplies",
  pixelNetworkLoss: "multiplies",
  add: "sums",
  subtract: "sums",
  sum: "sums",
  mean: "sums",
  averagePool2d: "sums",
  resize: "sums",
  clamp: "squashes",
  tanh: "squashes",
  sigmoid: "squashes",
  softplus: "squashes",
  gelu: "squashes",
  silu: "squashes",
  softmax: "squashes",
  relu: "bends",
  leakyRelu: "bends",
  normalCdf: "squashes",
  logSoftmax: "bends",
  negate: "bends",
  exp: "bends",
  log: "bends",
  sqrt: "bends",
  abs: "bends",
  square: "bends",
  sin: "bends",
  cos: "bends",
  pow: "bends",
  cast: "bends",
  dropout: "bends",
  sign: "steps",
  round: "steps",
  floor: "steps",
  ceil: "steps",
  equal: "steps",
  notEqual: "steps",
  less: "steps",
  lessEqual: "steps",
  greater: "steps",
  greaterEqual: "steps",
  layerNorm: "normalizes",
  groupNorm: "normalizes",
  instanceNorm: "normalizes",
  batchNorm: "normalizes",
  crossEntropy: "scores",
  bceWithLogits: "scores",
};

/** The operations of one kind. */
export function operationsThat(kind: OperationKind): ReadonlySet<string> {
  return new Set(Object.keys(OPERATIONS).filter((name) => OPERATIONS[name] === kind));
}

/** Operations that the tape knows only by those that they are composed of. */
export const COMPOSED: ReadonlySet<string> = new Set([
  "gridSample",
  "einsum",
  "scaledDotProductAttention",
  "conv1d",
  "globalAveragePool",
  "stack",
  "squeeze",
]);
