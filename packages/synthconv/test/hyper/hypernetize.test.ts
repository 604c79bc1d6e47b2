/** Identities of hypernetized networks, for every kind of generator; what they refuse stands in hypernetize-refusals. */
import { describe, expect, it } from "vitest";
import { ones, type Tensor, tensor } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import { initializers } from "../../src/core/initializers.js";
import type { GeneratorSettings } from "../../src/generator/index.js";
import { conditions, hypernetize } from "../../src/hyper/index.js";
import { declareParameter } from "../../src/nn/declare-parameter.js";
import {
  BatchNorm,
  Conv2d,
  ConvTranspose2d,
  Dropout,
  functionalCall,
  GroupNorm,
  InstanceNorm,
  Linear,
  Module,
  ReLU,
  Sequential,
} from "../../src/nn/index.js";
import { concat, multiply, reshape, slice, square, sum, tanh } from "../../src/ops/index.js";

const KINDS: readonly GeneratorSettings[] = [
  { hidden: [6] },
  { kind: "chunked", hidden: [6], chunkSize: 7, chunkLength: 3 },
  { kind: "lowRank", hidden: [6], rank: 1 },
  { kind: "mixture", hidden: [6], experts: 3 },
  { kind: "modulation", hidden: [6] },
  { kind: "film", hidden: [6] },
  { kind: "free" },
];

function random(shape: Shape, purpose: string): Tensor {
  const stream = new RandomStream({ seed: 9, purpose });
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    { shape, dtype: "float64" },
  );
}

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
const connected = (): Sequential => new Sequential(new Linear(3, 5), new ReLU(), new Linear(5, 2));

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

function close(actual: Tensor, expected: Tensor, tolerance = 1e-12): void {
  expect(actual.shape).toEqual(expected.shape);
  let far = 0;
  actual.data.forEach((value, i) => {
    far = Math.max(far, Math.abs(value - (expected.data[i] as number)));
  });
  expect(far).toBeLessThan(tolerance);
}

const sampleOf = (x: Tensor, b: number): Tensor => slice(x, [[b, b + 1]]);

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

describe("a hypernetized network", () => {
  it("has the parameters that are trained, and leaves out those that are written", () => {
    const network = connected();
    const options = {
      parameters: /^2\./,
      generator: { hidden: [4] },
      condition: conditions.task(3, 2),
    } as const;
    const hyper = hypernetize(network, options);
    expect([...hyper.namedParameters().keys()]).toEqual([
      "condition.embedding.weight",
      "generator.hidden.0.weight",
      "generator.hidden.0.bias",
      "generator.head.weight",
      "generator.head.bias",
      "network.0.weight",
      "network.0.bias",
    ]);
    const change = hypernetize(network, { ...options, write: "change" });
    expect([...change.namedParameters().keys()]).toContain("network.2.weight");
  });

  it("keeps what was trained before when it is initialized", () => {
    const network = connected().initialize({ seed: 8 });
    const before = network.parameters().map(({ data }) => data.slice());
    hypernetize(network, { parameters: ["2.bias"], generator: { hidden: [] }, condition: 1 }).initialize({
      seed: 3,
    });
    expect(network.parameters().map(({ data }) => data)).toEqual(before);
  });

  it.each(["hyperfanIn", "hyperfanOut", "harmonic", "bias"] as const)(
    "starts gains of normalizations at 1, by %s",
    (initialization) => {
      class Normalized extends Module {
        readonly weight = declareParameter([5], initializers.constant(1));
        forward(x: Tensor): Tensor {
          return multiply(x, this.weight);
        }
      }
      const hyper = hypernetize(new Normalized(), {
        parameters: "all",
        generator: { hidden: [4] },
        condition: 4,
        initialization,
      });
      hyper.initialize({ seed: 1 });
      const [weight] = hyper.weights(tensor([[1, -1, 1, -1]])).values();
      for (const value of (weight as Tensor).data) expect(Math.abs(value - 1)).toBeLessThan(0.1);
    },
  );

  it("writes gains and offsets of normalizations per sample, and no running statistics", () => {
    const make = () =>
      new Sequential(new Conv2d(2, 4, 3, { padding: 1 }), new BatchNorm(4), new ReLU(), new GroupNorm(2, 4));
    const options = { parameters: "all", generator: { hidden: [4] }, condition: 2 } as const;
    const hyper = hypernetize(make(), options).initialize({ seed: 1 }).eval();
    const paths = [...hyper.weights(ones([1, 2])).keys()];
    expect(paths).toEqual(["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"]);
    const condition = tensor([
      [1, -1],
      [0.5, 2],
    ]);
    const image = random([2, 2, 4, 4], "image").cast("float32");
    const together = hyper.forward(condition, image);
    for (let b = 0; b < 2; b++) {
      close(sampleOf(together, b), hyper.forward(sampleOf(condition, b), sampleOf(image, b)), 1e-5);
    }
    const [gain, offset] = ["3.weight", "3.bias"].map((path) => hyper.weights(condition).get(path) as Tensor);
    for (const value of gain?.data ?? []) expect(Math.abs(value - 1)).toBeLessThan(0.2);
    for (const value of offset?.data ?? []) expect(Math.abs(value)).toBeLessThan(0.2);
    expect([...hyper.stateDict().keys()]).toContain("network.1.runningMean");
  });

  it("hands modes and random numbers on to the network", () => {
    const network = new Sequential(new Linear(3, 3), new Dropout(0.5));
    const hyper = hypernetize(network, { parameters: "all", generator: { hidden: [] }, condition: 1 });
    hyper.initialize({ seed: 1 });
    const run = () => hyper.forward(ones([1, 1]), ones([8, 3]));
    expect(run).toThrow("keyRandom");
    expect(
      hyper
        .keyRandom({ seed: 1, step: 0 })
        .forward(ones([1, 1]), ones([8, 3]))
        .data.includes(0),
    ).toBe(true);
    expect(
      hyper
        .eval()
        .forward(ones([1, 1]), ones([8, 3]))
        .data.includes(0),
    ).toBe(false);
  });

  it("takes a generator of one's own", () => {
    class Generator extends Module {
      readonly head = new Linear(2, 2);
      forward(condition: Tensor): Record<string, Tensor> {
        return { "2.bias": this.head.forward(condition) };
      }
    }
    const network = connected();
    const hyper = hypernetize(network, { parameters: ["2.bias"], generator: new Generator(), condition: 2 });
    hyper.initialize({ seed: 1 });
    const output = hyper.forward(tensor([[1, 2]]), tensor([[1, 2, 3]]));
    expect(output.shape).toEqual([1, 2]);
    expect(hyper.describe().generator).toBe("Generator");
  });

  it("takes what such a generator writes as it is, gains of normalizations too", () => {
    class Generator extends Module {
      readonly head = new Linear(1, 4);
      forward(condition: Tensor): Record<string, Tensor> {
        return { weight: this.head.forward(condition) };
      }
    }
    const generator = new Generator();
    const options = { parameters: ["weight"], generator, condition: 1 } as const;
    const hyper = hypernetize(new GroupNorm(2, 4), options).initialize({ seed: 1 });
    const condition = tensor([[0.5]]);
    expect(hyper.weights(condition).get("weight")?.data).toEqual(generator.head.forward(condition).data);
  });

  it("joins tasks, vectors and what an encoder makes of an image", () => {
    class Pool extends Module {
      forward(x: Tensor): Tensor {
        return x.mean({ axes: [2, 3] });
      }
    }
    const encoder = new Sequential(new Conv2d(1, 2, 1), new Pool());
    const joined = conditions.joined(
      conditions.task(3, 2),
      conditions.vector(1),
      conditions.encoded(encoder, 2),
    );
    const hyper = hypernetize(connected(), {
      parameters: "all",
      generator: { hidden: [4] },
      condition: joined,
    });
    hyper.initialize({ seed: 1 });
    const image = tensor([[[[1, 2]]], [[[3, 4]]]]);
    const input = tensor([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const output = hyper.forward([[0, 2], tensor([[0.5], [1]]), image], input);
    expect(output.shape).toEqual([2, 2]);
    sum(output).backward();
    for (const [path, { grad }] of hyper.namedParameters()) expect(grad, path).toBeDefined();
  });

  it("tells Ha et al.'s numbers: 4,240 parameters for a kernel of 12,544", () => {
    const generator = {
      kind: "chunked",
      hidden: [],
      chunkSize: 784,
      chunkLength: 4,
      chunkBy: "projection",
    } as const;
    const network = new Conv2d(16, 16, 7, { bias: false });
    const { parameters, numbers } = hypernetize(network, {
      parameters: "all",
      generator,
      condition: 4,
    }).describe();
    expect(numbers).toBe(12_544);
    expect(parameters.generator).toBe(4240);
  });

  it("describes what is written, and what it costs", () => {
    const hyper = hypernetize(connected(), {
      parameters: "all",
      generator: { hidden: [8] },
      condition: 4,
    });
    hyper.initialize({ seed: 1 });
    const stream = new RandomStream({ seed: 9, purpose: "conditions" });
    const batch = tensor(
      Float32Array.from({ length: 400 }, () => stream.normal()),
      { shape: [100, 4] },
    );
    const lines = hyper.describe(batch).toString().split("\n");
    expect(lines[0]).toBe("tensor    shape  numbers  written  target  parameters");
    expect(lines).toHaveLength(6);
    expect(lines[5]).toBe("fully connected 4 - 8 - 32, relu: 328 parameters write 32 numbers per sample.");
    for (const { written, target } of hyper.describe(batch).tensors) {
      expect(Math.abs(Math.log((written as number) / (target as number)))).toBeLessThan(1);
    }
  });
});
