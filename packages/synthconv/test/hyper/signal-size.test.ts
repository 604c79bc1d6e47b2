/** The size of signals on their way through eight generated layers, by how the generator starts. */
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import type { GeneratorInitialization } from "../../src/generator/index.js";
import { hypernetize } from "../../src/hyper/index.js";
import { Linear, ReLU, Sequential } from "../../src/nn/index.js";
import { divide, mean, sqrt, square } from "../../src/ops/index.js";

const SEEDS = 10;
const SAMPLES = 8;

function normals(shape: Shape, purpose: string) {
  const stream = new RandomStream({ seed: 2, purpose });
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    { shape },
  );
}

/**
 * The geometric mean, over seeds and samples, of the mean square of the output, for inputs of mean square 1. All layers
 * of a sample are written from the same features: where these are larger, all eight are, so the arithmetic mean is that
 * of a few samples. Conditions have one length, and the features of 64 units nearly so.
 */
function sizeAtTheEnd(initialization: GeneratorInitialization, width: number): number {
  const input = normals([SAMPLES, width], "input");
  const drawn = normals([SAMPLES, 8], "condition");
  const condition = divide(drawn, sqrt(mean(square(drawn), { axes: 1, keepDims: true })));
  let logarithms = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const layers = Array.from({ length: 8 }, () => [
      new Linear(width, width, { bias: false }),
      new ReLU(),
    ]).flat();
    const options = { parameters: "all", generator: { hidden: [64] }, condition: 8, initialization } as const;
    const network = hypernetize(new Sequential(...layers), options).initialize({ seed });
    const sizes = mean(square(network.forward(condition, input)), { axes: 1 });
    for (const size of sizes.data) logarithms += Math.log(size);
  }
  return Math.exp(logarithms / SEEDS / SAMPLES);
}

describe("signals through eight generated layers", () => {
  it("keep their size within a factor of two by hyperfan-in", () => {
    const size = sizeAtTheEnd("hyperfanIn", 32);
    expect(size).toBeGreaterThan(0.5);
    expect(size).toBeLessThan(2);
  });

  it("collapse by PyTorch's default for the generator, which knows nothing of the layers' sixteen channels", () => {
    const size = sizeAtTheEnd("torch", 16);
    expect(size).toBeLessThan(0.05);
    expect(sizeAtTheEnd("hyperfanIn", 16)).toBeGreaterThan(10 * size);
  });
});
