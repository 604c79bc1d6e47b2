import {
  Adam,
  type Module,
  mse,
  type Parameter,
  RandomStream,
  randomUniform,
  slice,
  type Tensor,
  tensor,
} from "synthconv";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SeedNetwork as SeedNetworkClass } from "../../../../examples/seed-network.js";
import { closeTo } from "../../../../test-support/close-to.js";
import { type FixtureTensor, type SeedNetworkCase, seedNetworkCases } from "../fixtures/pytorch/load.js";

let SeedNetwork: typeof SeedNetworkClass;
const printed: string[] = [];

beforeAll(async () => {
  // The example is a script: importing it runs it.
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  ({ SeedNetwork } = await import("../../../../examples/seed-network.js"));
  log.mockRestore();
});

afterAll(() => vi.restoreAllMocks());

function make(channels: number, trailingRelu = false): SeedNetworkClass {
  return new SeedNetwork({ conditionLength: 10, channels, seed: 6, trailingRelu });
}

function inputs(batch: number): { condition: Tensor; image: Tensor; target: Tensor } {
  const random = new RandomStream({ seed: 1, purpose: "inputs" });
  const condition = randomUniform([batch, 10], random);
  const image = randomUniform([batch, 3, 16, 16], random);
  return { condition, image, target: randomUniform([batch, 3, 16, 16], random) };
}

describe("examples/seed-network.ts", () => {
  it("prints the output's shape, a loss that falls, and a gradient for every fully connected parameter", () => {
    expect(printed[0]).toBe("output [1,3,16,16]");
    const losses = printed
      .flatMap((line) => /^after \d+ steps: loss (\S+)$/.exec(line)?.[1] ?? [])
      .map(Number);
    expect(losses).toHaveLength(6);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    const norms = printed.flatMap((line) => {
      const [, name, norm] = /^(generator\.\S+): gradient norm (\S+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(norm)] as const];
    });
    expect(norms.map(([name]) => name)).toEqual([
      "generator.0.weight",
      "generator.0.bias",
      "generator.2.weight",
      "generator.2.bias",
    ]);
    for (const [, norm] of norms) expect(norm).toBeGreaterThan(0);
  });
});

describe("the seed network", () => {
  it.each([3, 8])("turns conditions [1,10] and an image [1,3,16,16] into [1,3,16,16], K = %s", (channels) => {
    const { condition, image } = inputs(1);
    expect(make(channels).forward(image, condition).shape).toEqual([1, 3, 16, 16]);
  });

  it("gives a batch of 4 conditions with 4 images what four separate runs give", () => {
    const network = make(8);
    const { condition, image } = inputs(4);
    const together = network.forward(image, condition);
    expect(together.shape).toEqual([4, 3, 16, 16]);
    for (let b = 0; b < 4; b++) {
      const alone = network.forward(slice(image, [[b, b + 1]]), slice(condition, [[b, b + 1]]));
      expect(slice(together, [[b, b + 1]]).data).toEqual(alone.data);
    }
  });

  it("lets each condition move its own image alone", () => {
    const network = make(8);
    const { condition, image } = inputs(2);
    const changed = tensor(condition.data, { shape: [2, 10] });
    changed.data[10] = 5;
    const [before, after] = [condition, changed].map((one) => network.forward(image, one)) as [
      Tensor,
      Tensor,
    ];
    expect(slice(after, [[0, 1]]).data).toEqual(slice(before, [[0, 1]]).data);
    expect(slice(after, [[1, 2]]).data).not.toEqual(slice(before, [[1, 2]]).data);
  });

  it.each([false, true])(
    "has a gradient in every parameter and moves it, trailing ReLU %s",
    (trailingRelu) => {
      const network = make(8, trailingRelu);
      const { condition, image, target } = inputs(4);
      const before = network.stateDict();
      const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });
      const loss = mse(network.forward(image, condition), target);
      loss.backward();
      for (const [name, parameter] of network.namedParameters()) {
        expect([name, parameter.grad?.data.some((entry) => entry !== 0)]).toEqual([name, true]);
      }
      optimizer.step();
      for (const [name, { data }] of network.namedParameters())
        expect(data).not.toEqual(before.get(name)?.data);
      expect(mse(network.forward(image, condition), target).item()).toBeLessThan(loss.item());
    },
  );

  it("writes weights of both signs, and none below 0 behind a trailing ReLU", () => {
    const { condition } = inputs(1);
    const smallest = (trailingRelu: boolean): number =>
      Math.min(...make(8, trailingRelu).generator.forward(condition).data);
    expect(smallest(false)).toBeLessThan(0);
    expect(smallest(true)).toBe(0);
  });
});

/** PyTorch's names of the parameters, in the order of ours. */
const names = [
  "input_layers.0.weight",
  "input_layers.0.bias",
  "input_layers.2.weight",
  "input_layers.2.bias",
  "conv_layers.1.weight",
  "conv_layers.1.bias",
] as const;

describe.each(["float32", "float64"] as const)("the seed network against PyTorch, in %s", (dtype) => {
  // What float32 can hold of ten digits, with the cancellation of a few hundred sums.
  const tolerance = dtype === "float32" ? 2e-6 : 1e-8;

  function load(one: SeedNetworkCase): { network: Module & SeedNetworkClass; parameters: Parameter[] } {
    const network = make(one.kernels, one.trailingRelu).to(dtype);
    const parameters = network.parameters();
    expect(parameters).toHaveLength(names.length);
    parameters.forEach((parameter, index) => {
      parameter.assign(one.parameters[names[index] as (typeof names)[number]].data);
    });
    return { network, parameters };
  }

  const leaf = ({ shape, data }: FixtureTensor, requiresGrad = false): Tensor =>
    tensor(data, { shape, dtype, requiresGrad });

  it.each(seedNetworkCases())("$name: output, loss and every gradient", (one) => {
    const { network, parameters } = load(one);
    const [condition, image] = [leaf(one.condition, true), leaf(one.image, true)];
    const output = network.forward(image, condition);
    expect(output.shape).toEqual(one.output.shape);
    closeTo(output.data, one.output.data, tolerance);
    const loss = mse(output, leaf(one.target));
    closeTo(loss.data, [one.loss], tolerance);
    loss.backward();
    parameters.forEach((parameter, index) => {
      const expected = one.parameterGradients[names[index] as (typeof names)[number]];
      closeTo(parameter.grad?.data ?? [], expected.data, tolerance);
    });
    closeTo(condition.grad?.data ?? [], one.inputGradients.condition.data, tolerance);
    closeTo(image.grad?.data ?? [], one.inputGradients.image.data, tolerance);
  });

  it.each(seedNetworkCases())("$name: the loss of 25 Adam steps within 1e-5", (one) => {
    const { network, parameters } = load(one);
    const [condition, image, target] = [leaf(one.condition), leaf(one.image), leaf(one.target)];
    const optimizer = new Adam(parameters, { learningRate: one.learningRate });
    expect(one.losses).toHaveLength(26);
    one.losses.forEach((expected, step) => {
      optimizer.zeroGrad();
      const loss = mse(network.forward(image, condition), target);
      expect(Math.abs(loss.item() - expected) / expected).toBeLessThanOrEqual(
        dtype === "float32" ? 1e-5 : 1e-8,
      );
      loss.backward();
      if (step < 25) optimizer.step();
    });
    parameters.forEach((parameter, index) => {
      const expected = one.finalParameters[names[index] as (typeof names)[number]];
      closeTo(parameter.data, expected.data, dtype === "float32" ? 1e-4 : 1e-7);
    });
  });
});
