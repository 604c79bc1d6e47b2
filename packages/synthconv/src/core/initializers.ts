/** Where first numbers come from: functions of a shape and a stream of random numbers. */
import { check } from "./arguments.js";
import { ABOVE_ZERO, NOT_NEGATIVE, NUMBER } from "./kinds.js";
import { RANDOM, type RandomStream } from "./random.js";
import { SHAPE, type Shape, sizeOf } from "./shape.js";

/** Draws the entries of an array of this shape, row-major. */
export type Initializer = (shape: Shape, random: RandomStream) => Float64Array;

export interface Initializers {
  /** Every entry is `value`. */
  constant(value: number): Initializer;

  /** Uniform in [-bound, bound). */
  uniform(bound: number): Initializer;

  /** Normal with mean 0. */
  normal(standardDeviation: number): Initializer;

  /**
   * What PyTorch gives the weights and biases of linear and convolution layers by default:
   * U(-1/sqrt(fanIn), 1/sqrt(fanIn)), which is Kaiming uniform with a = sqrt(5) (torch.nn.Linear and Conv2d,
   * `reset_parameters`).
   *
   * @param fanIn numbers that one output is a sum over: inputs of a linear layer, inputs / groups * kh * kw of
   *   a convolution.
   */
  torch(fanIn: number): Initializer;

  /**
   * Kaiming normal by fan-in for layers that a ReLU follows: variance 2 / fanIn (He, Zhang, Ren, Sun, "Delving
   * deep into rectifiers", ICCV 2015, eq. 10).
   */
  kaiming(fanIn: number): Initializer;
}

/** Where the first numbers of a parameter come from, by name. */
export const initializers: Initializers = {
  constant(value) {
    check("initializers.constant", "value", value, NUMBER);
    return (shape) => {
      check("initializer", "shape", shape, SHAPE);
      return new Float64Array(sizeOf(shape)).fill(value);
    };
  },

  uniform(bound) {
    check("initializers.uniform", "bound", bound, NOT_NEGATIVE);
    return (shape, random) => fill(shape, random, () => bound * (2 * random.uniform() - 1));
  },

  normal(standardDeviation) {
    check("initializers.normal", "standardDeviation", standardDeviation, NOT_NEGATIVE);
    return (shape, random) => fill(shape, random, () => standardDeviation * random.normal());
  },

  torch(fanIn) {
    check("initializers.torch", "fanIn", fanIn, ABOVE_ZERO);
    return initializers.uniform(1 / Math.sqrt(fanIn));
  },

  kaiming(fanIn) {
    check("initializers.kaiming", "fanIn", fanIn, ABOVE_ZERO);
    return initializers.normal(Math.sqrt(2 / fanIn));
  },
};

function fill(shape: Shape, random: RandomStream, draw: () => number): Float64Array {
  check("initializer", "shape", shape, SHAPE);
  check("initializer", "random", random, RANDOM);
  const values = new Float64Array(sizeOf(shape));
  for (let index = 0; index < values.length; index++) values[index] = draw();
  return values;
}
