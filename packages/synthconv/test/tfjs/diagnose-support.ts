/** The seed's network in TensorFlow.js, for the tests of diagnoseTfjs. */
import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers the gradients of all operations
import type { Diagnosis } from "../../src/doctor/diagnosis.js";
import { pixelNetworkTfjs } from "../../src/tfjs/index.js";

let seed = 0;
export function normal<Shape extends number[]>(shape: [...Shape], deviation = 0.3): tf.Tensor {
  return tf.randomNormal(shape as unknown as [number], 0, deviation, "float32", ++seed);
}
export function variable(shape: number[], name: string): tf.Variable {
  return tf.variable(normal(shape), true, name);
}

/** The seed's network: a generator writes 3 -> 4 kernels for each sample, a head leads back to 3 channels. */
export function network() {
  const [hidden, head] = [variable([5, 8], "hidden"), variable([8, 3 * 4], "head")];
  const last = variable([4, 3], "last");
  const condition = normal([2, 5]) as tf.Tensor2D;
  const image = tf.abs(normal([2, 6, 6, 3], 1));
  const generate = (): tf.Tensor => {
    const units = tf.tanh(tf.matMul(condition, hidden as tf.Tensor2D)) as tf.Tensor2D;
    return tf.reshape(tf.matMul(units, head as tf.Tensor2D), [2, 3, 4]);
  };
  const lossOf = (weight: tf.Tensor): tf.Scalar => {
    const result = pixelNetworkTfjs(tf, image, [{ weight, activation: "leakyRelu" }, { weight: last }]);
    return tf.mean(tf.square(tf.sub(result, image)));
  };
  return { hidden, head, last, generate, lossOf };
}

/** `learns` and the like, by name. */
export function statuses({ parameters }: Diagnosis): Record<string, string> {
  return Object.fromEntries(parameters.map(({ name, status }) => [name, status]));
}

/** The line of a test file that has the mark. */
export function lineOf(mark: string, file: string): number {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}
