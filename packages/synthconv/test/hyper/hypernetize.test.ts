/** Identities of hypernetized networks, for every kind of generator. */
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/autograd/index.js";
import type { Shape } from "../../src/core/index.js";
import { initializers } from "../../src/core/initializers.js";
import type { GeneratorSettings } from "../../src/generator/index.js";
import { hypernetize } from "../../src/hyper/index.js";
import { declareParameter } from "../../src/nn/declare-parameter.js";
import {
  Conv2d,
  ConvTranspose2d,
  functionalCall,
  GroupNorm,
  InstanceNorm,
  Linear,
  Module,
  ReLU,
  Sequential,
} from "../../src/nn/index.js";
import { concat, multiply, reshape, square, sum, tanh } from "../../src/ops/index.js";
import { close, connected, random, sampleOf } from "./hypernetize-support.js";

const KINDS: readonly GeneratorSettings[] = [
  { hidden: [6] },
  { kind: "chunked", hidden: [6], chunkSize: 7, chunkLength: 3 },
  { kind: "lowRank", hidden: [6], rank: 1 },
  { kind: "mixture", hidden: [6], experts: 3 },
  { kind: "modulation", hidden: [6] },
  { kind: "film", hidden: [6] },
  { kind: "free" },
];

const convolutional = (): Sequential =>
  new Sequential(
    new Conv2d(2, 4, 3, { padding: 1, stride: 2 }),
    new ReLU(),
    new Conv2d(4, 4, 3, { padding: 2, dilation: 2, groups: 2 }),
    new Conv2d(4, 2, 1, { bias: false }),
  );
const transposed = (): Sequential =>
  new Sequential(
    new ConvTranspose2d(4, 6, 3, { groups: 2, stride: 2 }),
    new GroupNorm(3, 6),
    new ReLU(),
    new ConvTranspose2d(6, 2, [2, 1], { padding: [1, 0] }),
    new InstanceNorm(2, { affine: true }),
  );
/** A network whose own layer reads a parameter with an operation that knows nothing of sets per sample. */
class Own extends Module {
  readonly scale = declareParameter([3], initializers.normal(1));
  readonly inner = new Linear(3, 3);
  forward(x: Tensor): Tensor {
    return tanh(multiply(this.inner.forward(x), this.scale));
  }
}

const NETWORKS: readonly (readonly [string, () => Sequential | Own, Shape])[] = [
  ["convolutions with stride, dilation, groups", convolutional, [2, 8, 8]],
  ["transposed convolutions and norms", transposed, [4, 3, 3]],
  ["linear layers", connected, [3]],
  ["a layer of one's own", () => new Own(), [3]],
];

describe.each(NETWORKS)("a hypernetized network of %s", (_, make, shape) => {
  describe.each(KINDS)("by %j", (generator) => {
    it.each([1, 2, 5])("gives each of %i samples what its own weights give it alone", (batch) => {
      const network = make();
      const hyper = hypernetize(network as Sequential, { parameters: "all", generator, condition: 4 });
      hyper.to("float64").initialize({ seed: 3 });
      const condition = random([batch, 4], "condition");
      const input = random([batch, ...shape], "input");
      const together = hyper.forward(condition, input);
      const weights = hyper.weights(condition);
      const alone = Array.from({ length: batch }, (_, b) => {
        const values = new Map(
          Array.from(weights, ([path, value]) => [path, reshape(sampleOf(value, b), value.shape.slice(1))]),
        );
        return functionalCall(network as Sequential, values, sampleOf(input, b));
      });
      close(together, concat(alone));
      const numbers = (b: number): unknown =>
        Array.from(weights.values(), (value) => sampleOf(value, b).data);
      if (batch > 1) expect(numbers(0)).not.toEqual(numbers(1));
    });

    it.each([/weight$|scale$/, /bias$/])(
      "gives each sample its own where only %s is written",
      (parameters) => {
        const network = make();
        const hyper = hypernetize(network as Sequential, { parameters, generator, condition: 4 });
        hyper.to("float64").initialize({ seed: 3 });
        const [condition, input] = [random([3, 4], "condition"), random([3, ...shape], "input")];
        const alone = [0, 1, 2].map((b) => hyper.forward(sampleOf(condition, b), sampleOf(input, b)));
        close(hyper.forward(condition, input), concat(alone));
      },
    );

    it("passes a gradient to every parameter of the generator", () => {
      const hyper = hypernetize(make() as Sequential, { parameters: "all", generator, condition: 4 });
      hyper.to("float64").initialize({ seed: 3 });
      sum(square(hyper.forward(random([3, 4], "condition"), random([3, ...shape], "input")))).backward();
      for (const [path, { grad }] of hyper.namedParameters()) {
        expect(
          grad?.data.some((value) => value !== 0),
          path,
        ).toBe(true);
      }
    });

    it("starts as the network is, where it writes a change to it", () => {
      const network = make().to("float64").initialize({ seed: 4 });
      const demodulated = generator.kind === "modulation";
      const settings = demodulated ? { ...generator, demodulate: false } : generator;
      const options = { parameters: "all", generator: settings, condition: 4, write: "change" } as const;
      const hyper = hypernetize(network as Sequential, options)
        .to("float64")
        .initialize({ seed: 3 });
      const input = random([2, ...shape], "input");
      close(hyper.forward(random([2, 4], "condition"), input), network.forward(input));
    });
  });

  it.each([
    { hidden: [6] },
    { kind: "mixture", hidden: [], experts: 2 },
    { kind: "film", hidden: [] },
  ] as const)("is the network itself with weights that equal its own, by %j", (generator) => {
    const network = make().to("float64").initialize({ seed: 4 });
    const options = { parameters: "all", generator, condition: 4, initialization: "own" } as const;
    const hyper = hypernetize(network as Sequential, options)
      .to("float64")
      .initialize({ seed: 3 });
    const input = random([2, ...shape], "input");
    // Numbers to start with pass through float32 parameters first.
    close(hyper.forward(random([2, 4], "condition"), input), network.forward(input), 1e-5);
  });

  it("takes one condition for all samples", () => {
    const network = make();
    const hyper = hypernetize(network as Sequential, {
      parameters: "all",
      generator: { hidden: [] },
      condition: 2,
    });
    hyper.to("float64").initialize({ seed: 3 });
    const condition = random([1, 2], "condition");
    const input = random([5, ...shape], "input");
    const repeated = concat(Array.from({ length: 5 }, () => condition));
    close(hyper.forward(condition, input), hyper.forward(repeated, input));
  });
});
