/** Where first numbers come from: functions of a shape and a stream of random numbers. */
import { ValueError } from "./errors.js";
import type { RandomStream } from "./random.js";
import { type Shape, sizeOf } from "./shape.js";

/** Draws the entries of an array of this shape, row-major. */
export type Initializer = (shape: Shape, random: RandomStream) => Float64Array;

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
