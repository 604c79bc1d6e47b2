/**
 * Where the first numbers of parameters come from.
 *
 * A layer declares its parameters with an initializer and leaves them NaN; `Module.initialize({ seed })`
 * draws all of them at once. Only then is a parameter's dotted path known, and the path is the purpose its
 * random numbers are keyed by: a layer added elsewhere changes nothing, two layers never share numbers, and
 * a network whose numbers come from a file draws none.
 */
import { Parameter } from "../autograd/parameter.js";
import { full } from "../autograd/tensor.js";
import { ValueError } from "../core/errors.js";
import type { RandomStream } from "../core/random.js";
import { type Shape, sizeOf } from "../core/shape.js";

/** Draws the entries of a parameter of this shape, row-major. */
export type Initializer = (shape: Shape, random: RandomStream) => Float64Array;

const initializers = new WeakMap<Parameter, Initializer>();

/**
 * A float32 parameter that `Module.initialize` fills. Until then its entries are NaN, so that a network which
 * was neither initialized nor loaded cannot pass for one that was.
 */
export function declareParameter(shape: Shape, initializer: Initializer): Parameter {
  const parameter = new Parameter(full(shape, Number.NaN));
  initializers.set(parameter, initializer);
  return parameter;
}

/** What `declareParameter` was given; `undefined` for parameters made with numbers of their own. */
export function initializerOf(parameter: Parameter): Initializer | undefined {
  return initializers.get(parameter);
}

/** Lets `copy`, which takes the place of `parameter`, be initialized the same way. */
export function inheritInitializer(parameter: Parameter, copy: Parameter): void {
  const initializer = initializers.get(parameter);
  if (initializer !== undefined) initializers.set(copy, initializer);
}

/** Every entry is `value`. */
export function constantInitializer(value: number): Initializer {
  return (shape) => new Float64Array(sizeOf(shape)).fill(value);
}

/** Uniform in [-bound, bound). */
export function uniformInitializer(bound: number): Initializer {
  checkSpread("uniformInitializer bound", bound);
  return (shape, random) => fill(shape, () => bound * (2 * random.uniform() - 1));
}

/** Normal with mean 0. */
export function normalInitializer(standardDeviation: number): Initializer {
  checkSpread("normalInitializer standardDeviation", standardDeviation);
  return (shape, random) => fill(shape, () => standardDeviation * random.normal());
}

/**
 * What PyTorch gives the weights and biases of linear and convolution layers by default:
 * U(-1/sqrt(fanIn), 1/sqrt(fanIn)), which is Kaiming uniform with a = sqrt(5) (torch.nn.Linear and Conv2d,
 * `reset_parameters`).
 *
 * @param fanIn numbers that one output is a sum over: inputs of a linear layer, inputs / groups * kh * kw of
 *   a convolution.
 */
export function torchInitializer(fanIn: number): Initializer {
  return uniformInitializer(1 / Math.sqrt(fanIn));
}

/**
 * Kaiming normal by fan-in for layers that a ReLU follows: variance 2 / fanIn (He, Zhang, Ren, Sun, "Delving
 * deep into rectifiers", ICCV 2015, eq. 10).
 */
export function kaimingInitializer(fanIn: number): Initializer {
  return normalInitializer(Math.sqrt(2 / fanIn));
}

function fill(shape: Shape, draw: () => number): Float64Array {
  const values = new Float64Array(sizeOf(shape));
  for (let index = 0; index < values.length; index++) values[index] = draw();
  return values;
}

function checkSpread(where: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new ValueError({ where, expected: "a finite number of 0 or more", received: String(value) });
}
