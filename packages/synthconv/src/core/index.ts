export { check, checkOptions, type Fields, hasOnly, type OptionsNaming, wrongKind } from "./arguments.js";
export { describeValue } from "./describe-value.js";
export {
  FormatError,
  GraphError,
  type Mismatch,
  NonFiniteError,
  ShapeError,
  SynthconvError,
  ThreadError,
  UninitializedError,
  ValueError,
  VersionError,
} from "./errors.js";
export {
  allocate,
  type DType,
  dtypeOf,
  type FloatArray,
  MIN_SHARED_BYTES,
  sharedFloats,
  shareLargeArrays,
  toDType,
} from "./float-array.js";
export { type Initializer, type Initializers, initializers } from "./initializers.js";
export {
  ABOVE_ZERO,
  ANY_FLOATS,
  BELOW_ONE,
  BOOLEAN,
  BYTES,
  DTYPE,
  either,
  FINITE,
  FLOAT32,
  FUNCTION,
  instanceOf,
  type Kind,
  kind,
  listOf,
  NOT_NEGATIVE,
  NUMBER,
  oneOf,
  optional,
  repairedBy,
  SHARE,
  STRING,
  whole,
} from "./kinds.js";
export { drawing, philox4x32, type RandomKey, RandomStream } from "./random.js";
export {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxis,
  SHAPE,
  type Shape,
  SIZES,
  sameShape,
  sizeOf,
  stridesOf,
} from "./shape.js";
export { RunningSum, RunningSums, sumOf, sumOfSquares } from "./sums.js";
