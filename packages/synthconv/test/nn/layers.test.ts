import { describe, expect, it } from "vitest";
import { closeTo } from "../../../../test-support/close-to.js";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import {
  Conv2d,
  Embedding,
  GELU,
  type Layer,
  LeakyReLU,
  Linear,
  type Module,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softplus,
  Tanh,
} from "../../src/nn/index.js";
import { sum } from "../../src/ops/index.js";
import {
  type FixtureTensor,
  type InitCase,
  initCases,
  type OperationName,
  operationCases,
} from "../fixtures/pytorch/load.js";

function read({ shape, data }: FixtureTensor): Tensor {
  return tensor(data, { shape, dtype: "float32" });
}

function layerOf({ layer, inputs, outputs, kernelSize, groups }: InitCase): Linear | Conv2d {
  return layer === "linear"
    ? new Linear(inputs, outputs)
    : new Conv2d(inputs, outputs, kernelSize ?? 1, { groups });
}

describe("first numbers of layers", () => {
  it.each(initCases())("$name: uniform within PyTorch's bound, mean 0, deviation bound/sqrt(3)", (one) => {
    const { weight, bias } = layerOf(one);
    expect(weight.shape).toEqual(one.weightShape);
    for (const parameter of [weight, bias]) {
      // As many layers, each with its own seed, as give 20,000 numbers: moments then show their distribution.
      const values: number[] = [];
      for (let seed = 0; values.length < 20_000; seed++) {
        const drawn = layerOf(one).initialize({ seed });
        values.push(...((parameter === weight ? drawn.weight : drawn.bias)?.data ?? []));
      }
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      const square = values.reduce((total, value) => total + value * value, 0) / values.length;
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeLessThanOrEqual(one.bound * (1 + 1e-6));
      expect(largest).toBeGreaterThan(0.99 * one.bound);
      // Five standard errors: 1/sqrt(3 n) of the mean, sqrt(4/5 / n)/2 of the deviation.
      expect(Math.abs(mean)).toBeLessThan((5 * one.bound) / Math.sqrt(3 * values.length));
      expect(Math.sqrt(3 * square) / one.bound).toBeGreaterThan(1 - 2.3 / Math.sqrt(values.length));
      expect(Math.sqrt(3 * square) / one.bound).toBeLessThan(1 + 2.3 / Math.sqrt(values.length));
    }
  });
});

describe("layers compute what PyTorch's do", () => {
  it("Linear", () => {
    for (const { inputs, output } of operationCases("linear")) {
      const [outputs, width] = inputs.weight.shape as [number, number];
      const layer = new Linear(width, outputs, { bias: inputs.bias !== undefined });
      layer.weight.assign(inputs.weight.data);
      if (inputs.bias) layer.bias?.assign(inputs.bias.data);
      closeTo(layer.forward(read(inputs.input)).data, output.data, 1e-6);
    }
  });

  it("Conv2d, with every option", () => {
    const shared = operationCases("conv2d").filter(({ inputs }) => inputs.weight.shape.length === 4);
    expect(shared.length).toBeGreaterThan(10);
    for (const { inputs, output, options } of shared) {
      const [outputs, , height, width] = inputs.weight.shape as [number, number, number, number];
      const layer = new Conv2d(inputs.input.shape[1] as number, outputs, [height, width], {
        ...options,
        bias: inputs.bias !== undefined,
      });
      layer.weight.assign(inputs.weight.data);
      if (inputs.bias) layer.bias?.assign(inputs.bias.data);
      closeTo(layer.forward(read(inputs.input)).data, output.data, 1e-6);
    }
  });

  const activations: [OperationName, Layer][] = [
    ["relu", new ReLU()],
    ["silu", new SiLU()],
    ["gelu", new GELU()],
    ["tanh", new Tanh()],
    ["sigmoid", new Sigmoid()],
    ["softplus", new Softplus()],
  ];
  it.each(activations)("%s as a module", (name, layer) => {
    for (const one of operationCases(name as "relu")) {
      closeTo(layer.forward(read(one.inputs.input)).data, one.output.data, 1e-6);
    }
  });

  it("leakyRelu as a module, with its slope", () => {
    for (const { inputs, options, output } of operationCases("leakyRelu")) {
      closeTo(new LeakyReLU(options).forward(read(inputs.input)).data, output.data, 1e-6);
    }
  });

  it("Embedding", () => {
    for (const { inputs, options, output } of operationCases("embedding")) {
      const [entries, length] = inputs.table.shape as [number, number];
      const layer = new Embedding(entries, length);
      layer.weight.assign(inputs.table.data);
      const rows = layer.forward(Array.from(options.indices.data), options.indices.shape);
      expect(rows.shape).toEqual(output.shape);
      closeTo(rows.data, output.data, 1e-6);
    }
  });
});

describe("Sequential", () => {
  it("runs its layers in turn and names their parameters by position, as PyTorch does", () => {
    const network = new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1)).initialize({ seed: 1 });
    expect([...network.namedParameters().keys()]).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
    expect([...network.children().keys()]).toEqual(["0", "1", "2"]);
    const x = tensor([[1, 2]]);
    const [first, activation, last] = network.layers as [Layer, Layer, Layer];
    expect(network.forward(x).data).toEqual(last.forward(activation.forward(first.forward(x))).data);
  });

  it("passes the gradient to every layer", () => {
    const network = new Sequential(new Linear(2, 3), new Tanh(), new Linear(3, 1)).initialize({ seed: 1 });
    sum(network.forward(tensor([[1, 2]]))).backward();
    for (const parameter of network.parameters())
      expect(parameter.grad?.data.some((g) => g !== 0)).toBe(true);
  });

  it("changes element type with its layers", () => {
    const network = new Sequential(new Linear(1, 2)).initialize({ seed: 1 }).to("float64");
    expect(network.forward(tensor([[1]], { dtype: "float64" })).dtype).toBe("float64");
  });
});

describe("sizes", () => {
  it.each<[() => Module, string]>([
    [() => new Linear(0, 1), "Linear inputs: expected a whole number of 1 or more, received 0"],
    [() => new Linear(1, 2.5), "Linear outputs: expected a whole number of 1 or more, received 2.5"],
    [
      () => new Conv2d(3, 4, [3, 0]),
      "Conv2d kernelSize: expected a whole number of 1 or more, or a pair [vertical, horizontal] of them, received [3,0]",
    ],
    [
      () => new Conv2d(3, 4, 1, { groups: 2 }),
      "Conv2d groups: expected a divisor of the input and of the output channels, received 2 groups for 3 and 4 channels",
    ],
    [() => new Embedding(-1, 2), "Embedding entries: expected a whole number of 1 or more, received -1"],
  ])("are refused when they are none", (make, message) => {
    expect(make).toThrow(message);
  });
});
