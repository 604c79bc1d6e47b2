/** Networks and their models side by side: the library against ONNX Runtime. */
import { expect } from "vitest";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import type { Array32, OnnxFeed, OnnxSession } from "../../../../test-support/onnx.js";
import { Tensor } from "../../src/autograd/index.js";
import { Module, statePlaces } from "../../src/nn/index.js";

/** A function as a network without parameters. */
export class Computed<Inputs extends readonly unknown[]> extends Module {
  readonly #body: (...inputs: Inputs) => unknown;

  constructor(body: (...inputs: Inputs) => unknown) {
    super();
    this.#body = body;
  }

  forward(...inputs: Inputs): unknown {
    return this.#body(...inputs);
  }
}

export function drawn(shape: readonly number[], key: string, range = { low: -1.5, high: 1.5 }): Tensor {
  const size = shape.reduce((product, one) => product * one, 1);
  return new Tensor({ shape, data: Float32Array.from(uniformNumbers(size, `onnx ${key} ${shape}`, range)) });
}

/** In the form in which the runtime takes them. */
export function feedsOf(
  names: readonly string[],
  values: readonly (Tensor | readonly number[])[],
): Record<string, OnnxFeed> {
  return Object.fromEntries(
    values.map((value, at) => {
      if (!(value instanceof Tensor)) return [names[at] as string, value];
      const { shape, data } = value;
      return [names[at] as string, { shape, data: Float32Array.from(data) }];
    }),
  );
}

/** The largest error of an entry, of those above 1 in parts of it; infinities and NaN must be the same. */
export function errorOf(actual: Array32 | undefined, expected: Tensor): number {
  expect(actual?.shape).toEqual(expected.shape);
  let worst = 0;
  for (const [at, value] of expected.data.entries()) {
    const own = actual?.data[at] as number;
    if (!Object.is(own, value) && own !== value) {
      const error = Math.abs(own - value) / Math.max(1, Math.abs(value));
      worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    }
  }
  return worst;
}

/** What the model gives for these inputs is what the network gives, to 1e-5. */
export async function expectSame(
  run: OnnxSession,
  names: readonly string[],
  values: readonly (Tensor | readonly number[])[],
  expected: Tensor | readonly Tensor[],
  outputs: readonly string[] = ["output"],
): Promise<void> {
  const results = await run(feedsOf(names, values));
  const all = expected instanceof Tensor ? [expected] : expected;
  expect(outputs.length).toBe(all.length);
  for (const [at, one] of all.entries())
    expect(errorOf(results[outputs[at] as string], one)).toBeLessThan(1e-5);
}

/** Moves every parameter from its first numbers, and what is measured: biases are not 0 then, nor gains 1. */
export function trained<Network extends Module>(network: Network): Network {
  for (const [path, { parameter }] of new Map(statePlaces(network).map((place) => [place.path, place]))) {
    const noise = uniformNumbers(parameter.size, `trained ${path}`, { low: 0.05, high: 0.2 });
    parameter.assign(Float32Array.from(parameter.data, (value, at) => value + (noise[at] as number)));
  }
  return network;
}
