export { check, checkOptions, type Fields, hasOnly, type OptionsNaming, wrongKind } from "./arguments.js";
export { describeValue, isPlainObject } from "./describe-value.js";
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
  allocateUnset,
  allocateZeros,
  DTYPE,
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
  CHANNELS,
  either,
  FINITE,
  FLOAT32,
  FUNCTION,
  instanceOf,
  isListOf,
  type Kind,
  kind,
  listOf,
  mapOf,
  NOT_NEGATIVE,
  NUMBER,
  NUMBERS,
  numberAs,
  oneOf,
  optional,
  record,
  repairedBy,
  SHARE,
  SIGNAL,
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
  SHAPED,
  type Shape,
  SIZES,
  sameShape,
  sizeOf,
  stridesOf,
} from "./shape.js";
export { collectSharedMemory, countOnce, countSharedBytes, newSharedMemory } from "./shared-memory.js";
export { RunningSum, RunningSums, sumOf, sumOfSquares } from "./sums.js";
