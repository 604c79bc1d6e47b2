import { describe, expect, it } from "vitest";
import { checkGradient, grad, type Tensor } from "../../src/autograd/index.js";
import * as ops from "../../src/ops/index.js";
import { constant, difference, draw, leaf, probe } from "./support.js";
import { TABLE } from "./table.js";
import type { Entry } from "./table-types.js";

type AnyOperation = (...args: never[]) => Tensor;
const operations = ops as unknown as Readonly<Record<string, AnyOperation>>;

/** Fused kernels, which have none and say so. */
const FUSED = ["pixelNetwork", "pixelNetworkLoss"];
const entries = Object.entries(TABLE as unknown as Readonly<Record<string, Entry<AnyOperation>>>);

/** The sum of what each gradient of `run` weighs, and of the upstream gradient itself: a scalar of all of them. */
function ofGradients(
  run: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  upstream: Tensor,
): Tensor {
  const gradients = grad(run(...inputs), inputs, { seed: upstream, createGraph: true });
  return gradients.reduce((sum, gradient) => ops.add(sum, probe(gradient)), probe(upstream));
}

describe.each(entries.filter(([name]) => !FUSED.includes(name)))(
  "the gradient of %s",
  (name, { samples }) => {
    it.each(samples)("has the gradient of central differences: $title", ({ title, inputs, domain, args }) => {
      const run = (...tensors: Tensor[]): Tensor => (operations[name] as AnyOperation)(...args(...tensors));
      const drawn = inputs.map((shape, index) => draw(`${name} ${title} ${index}`, shape, domain));
      const output = run(...drawn);
      const upstream = draw("upstream", output.shape);
      if (output.dtype === "float64") {
        const check = checkGradient(
          (...all) => ofGradients(run, all.slice(0, -1), all.at(-1) as Tensor),
          [...drawn, upstream],
        );
        expect(check.relativeError, JSON.stringify(check)).toBeLessThanOrEqual(2e-7);
      }
      const seed = constant(upstream);
      const plain = grad(output, drawn, { seed });
      grad(output, drawn, { seed, createGraph: true }).forEach((gradient, index) => {
        expect(difference(gradient, plain[index] as Tensor, 1)).toBeLessThanOrEqual(1e-12);
      });
    });
  },
);

describe.each(FUSED)("%s", (name) => {
  it("refuses a graph of its gradient, with the form that works", () => {
    const { samples } = TABLE[name as keyof typeof TABLE] as unknown as Entry<AnyOperation>;
    const [{ inputs, args }] = samples as [(typeof samples)[number]];
    const leaves = inputs.map((shape) => leaf(draw("fused", shape)));
    const output = (operations[name] as AnyOperation)(...args(...leaves));
    const seed = draw("seed", output.shape);
    expect(() => grad(output, leaves, { seed, createGraph: true })).toThrow(
      `backward through ${name} with createGraph: expected an operation whose gradient can be differentiated, received a ` +
        "fused kernel, whose gradient cannot. Write it as conv2d and activations, layer by layer",
    );
  });
});
