/**
 * Where the first numbers of parameters come from.
 *
 * A layer declares its parameters with an initializer and without numbers; `Module.initialize({ seed })`
 * draws all of them at once. Only then is a parameter's dotted path known, and the path is the purpose its
 * random numbers are keyed by: a layer added elsewhere changes nothing, two layers never share numbers, and
 * a network whose numbers come from a file draws none.
 */

import { tensor } from "../autograd/creation.js";
import { Parameter } from "../autograd/parameter.js";
import { ValueError } from "../core/errors.js";
import type { DType } from "../core/float-array.js";
import type { RandomStream } from "../core/random.js";
import { type Shape, sizeOf } from "../core/shape.js";

/** Draws the entries of a parameter of this shape, row-major. */
export type Initializer = (shape: Shape, random: RandomStream) => Float64Array;

const initializers = new WeakMap<Parameter, Initializer>();

/**
 * A float32 parameter that `Module.initialize` fills. Until then, or until numbers are loaded, every operation
 * refuses it: a network without numbers cannot pass for one that has some.
 *
 * @param label what messages call it until its module gives it its path. Default "a parameter".
 */
export function declareParameter(shape: Shape, initializer: Initializer, label = "a parameter"): Parameter {
  const parameter = Parameter.uninitialized(shape, { label });
  initializers.set(parameter, initializer);
  return parameter;
}

/** What `declareParameter` was given; `undefined` for parameters made with their own numbers. */
export function initializerOf(parameter: Parameter): Initializer | undefined {
  return initializers.get(parameter);
}

/** A parameter of this element type to take the place of another: the same numbers or none, the same initializer. */
export function convertParameter(parameter: Parameter, dtype: DType): Parameter {
  const { shape, data, isInitialized } = parameter;
  const copy = isInitialized
    ? new Parameter(tensor(data, { shape, dtype }))
    : Parameter.uninitialized(shape, { dtype });
  copy.name = parameter.name;
  copy.trainable = parameter.trainable;
  const initializer = initializers.get(parameter);
  if (initializer !== undefined) initializers.set(copy, initializer);
  return copy;
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
