/** A hypernetized network as a module: its parameters, its start, modes, conditions, and what it tells of itself. */
import { describe, expect, it } from "vitest";
import { ones, type Tensor, tensor } from "../../src/autograd/index.js";
import { RandomStream } from "../../src/core/index.js";
import { initializers } from "../../src/core/initializers.js";
import { conditions, hypernetize } from "../../src/hyper/index.js";
import { declareParameter } from "../../src/nn/declare-parameter.js";
import {
  BatchNorm,
  Conv2d,
  Dropout,
  GroupNorm,
  Linear,
  Module,
  ReLU,
  Sequential,
} from "../../src/nn/index.js";
import { multiply, sum } from "../../src/ops/index.js";
import { close, connected, random, sampleOf } from "./hypernetize-support.js";

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
