/** Tensors, the tape and the walk back. Imports core/ alone. */
import "./backward.js";

export { checkpoint } from "./checkpoint.js";
export {
  type CreationOptions,
  full,
  ones,
  randomUniform,
  type TensorOptions,
  tensor,
  zeros,
} from "./creation.js";
export { type GradOptions, grad, valueAndGrad } from "./grad.js";
export { checkGradient, type GradientCheck } from "./gradient-check.js";
export { assertFinite } from "./non-finite.js";
export { Parameter } from "./parameter.js";
export { hessianVectorProduct, jvp, vjp } from "./products.js";
export type { DetachOptions } from "./reason.js";
export type { NestedNumbers, WriteCounter } from "./recorded.js";
export { isGradEnabled, noGrad, type Recording, record } from "./tape.js";
export { type History, type TapeNode, Tensor, type TensorInit } from "./tensor.js";
export { tidy } from "./tidy.js";
