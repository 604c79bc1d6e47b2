import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import {
  Conv2d,
  functionalCall,
  Linear,
  Module,
  ReLU,
  Sequential,
  stackParameters,
} from "../../src/nn/index.js";
import { add, concat, linear, multiply, slice, sum } from "../../src/ops/index.js";

function random(shape: Shape, purpose: string, requiresGrad = false): Tensor {
  const stream = new RandomStream({ seed: 5, purpose });
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    { shape, dtype: "float64", requiresGrad },
  );
}

class Tied extends Module {
  readonly first = new Linear(3, 3);
  readonly again = { second: new Linear(3, 3, { bias: false }) };
  readonly unused = new Linear(3, 3);
  constructor() {
    super();
    Object.assign(this.again.second, { weight: this.first.weight });
  }
  forward(x: Tensor): Tensor {
    if (x.shape[0] === 9) throw new Error("nine");
    return this.again.second.forward(this.first.forward(x));
  }
}

const network = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2))
  .to("float64")
  .initialize({ seed: 1 });

describe("functionalCall", () => {
  it("runs the network's own code with values in the places of parameters", () => {
    const x = random([5, 3], "x");
    const weight = random([4, 3], "weight");
    const bias = network.namedParameters().get("0.bias") as Tensor;
    const expected = network.layers.slice(1).reduce((y, layer) => layer.forward(y), linear(x, weight, bias));
    expect(functionalCall(network, { "0.weight": weight }, x).data).toEqual(expected.data);
    expect(functionalCall(network, new Map([["0.weight", weight]]), x).data).toEqual(expected.data);
  });

  it("passes the gradient to what computed the values, and to the parameters that stayed", () => {
    const source = random([4, 3], "source", true);
    network.zeroGrad();
    sum(functionalCall(network, { "0.weight": multiply(source, 2) }, random([5, 3], "x"))).backward();
    expect(source.grad?.data.some((value) => value !== 0)).toBe(true);
    const parameters = network.namedParameters();
    expect(parameters.get("0.weight")?.grad).toBeUndefined();
    expect(parameters.get("2.weight")?.grad).toBeDefined();
  });

  it("never writes into the network: every parameter stands in its place, with its numbers", () => {
    const before = network.parameters();
    const numbers = before.map(({ data }) => data.slice());
    functionalCall(network, { "2.bias": random([2], "bias") }, random([5, 3], "x"));
    expect(network.parameters()).toEqual(before);
    network.parameters().forEach((parameter, index) => {
      expect(parameter).toBe(before[index]);
      expect(parameter.data).toEqual(numbers[index]);
    });
    const field = Object.getOwnPropertyDescriptor(network.layers[2], "bias");
    expect(field).toMatchObject({ value: before[3], writable: true, enumerable: true, configurable: true });
  });

  it("leaves nothing stale behind an exception", () => {
    const tied = new Tied().to("float64").initialize({ seed: 1 });
    const values = { "first.weight": random([3, 3], "weight") };
    expect(() => functionalCall(tied, values, random([9, 3], "x"))).toThrow("nine");
    expect(tied.first.weight).toBe(tied.namedParameters().get("first.weight"));
    expect(tied.again.second.weight).toBe(tied.first.weight);
  });

  it("gives a shared parameter one value, under any of its paths", () => {
    const tied = new Tied().to("float64").initialize({ seed: 1 });
    const x = random([2, 3], "x");
    const weight = random([3, 3], "weight");
    const expected = linear(linear(x, weight, tied.first.bias), weight);
    expect(functionalCall(tied, { "first.weight": weight }, x).data).toEqual(expected.data);
    expect(functionalCall(tied, { "again.second.weight": weight }, x).data).toEqual(expected.data);
    expect(() =>
      functionalCall(tied, { "first.weight": weight, "again.second.weight": random([3, 3], "other") }, x),
    ).toThrow(
      "functionalCall values: expected one value for first.weight and again.second.weight, which are one parameter, received two. Leave out again.second.weight.",
    );
  });

  it("takes one set of weights per sample", () => {
    const convolution = new Conv2d(2, 3, 3, { padding: 1 }).to("float64").initialize({ seed: 2 });
    const image = random([2, 2, 4, 4], "image");
    const weight = random([2, 3, 2, 3, 3], "weights");
    const bias = random([2, 3], "biases");
    const together = functionalCall(convolution, { weight, bias }, image);
    for (let b = 0; b < 2; b++) {
      const of = (x: Tensor): Tensor => slice(x, [[b, b + 1]]).reshape(x.shape.slice(1));
      const alone = functionalCall(
        convolution,
        { weight: of(weight), bias: of(bias) },
        slice(image, [[b, b + 1]]),
      );
      expect(slice(together, [[b, b + 1]]).data).toEqual(alone.data);
    }
  });

  const x = random([5, 3], "x");
  it.each([
    [
      { "0.wieght": random([4, 3], "w") },
      "functionalCall values: expected paths of parameters of the network, received 0.wieght. Write 0.weight.",
    ],
    [
      { head: random([4, 3], "w") },
      "functionalCall values: expected paths of parameters of the network, received head. It has 0.weight, 0.bias, 2.weight, 2.bias.",
    ],
    [
      { "0.weight": random([3, 4], "w") },
      "functionalCall values 0.weight: expected [4,3], or [B,4,3] for one set per sample, received [3,4]",
    ],
    [
      { "0.weight": 3 as never },
      "functionalCall values 0.weight: expected a tensor, received 3. Write tensor(3).",
    ],
  ])("refuses what does not fit: %#", (values, message) => {
    expect(() => functionalCall(network, values as never, x)).toThrow(message);
  });

  it("refuses values that nobody reads", () => {
    const tied = new Tied().to("float64").initialize({ seed: 1 });
    const values = { "first.bias": random([3], "bias"), "unused.bias": random([3], "bias") };
    expect(() => functionalCall(tied, values, random([2, 3], "x"))).toThrow(
      "functionalCall values: expected values that the network's forward reads, received unused.bias, which it did not read. Leave out what it does not use.",
    );
  });

  it("refuses a forward that is async", () => {
    class Async extends Module {
      readonly layer = new Linear(3, 3);
      async forward(input: Tensor): Promise<Tensor> {
        await Promise.resolve();
        return this.layer.forward(input);
      }
    }
    const one = new Async().to("float64").initialize({ seed: 1 });
    expect(() => functionalCall(one, {}, x)).toThrow(
      "functionalCall network: expected a forward that is not async, received a promise. Get its data ready before the call.",
    );
  });
});

describe("stackParameters", () => {
  const make = (seed: number): Sequential =>
    new Sequential(new Conv2d(2, 3, 1), new ReLU(), new Conv2d(3, 1, 1)).to("float64").initialize({ seed });

  it("runs an ensemble at once: each network on its own sample", () => {
    const ensemble = [1, 2, 3].map(make);
    const images = random([3, 2, 4, 4], "images");
    const together = functionalCall(ensemble[0] as Sequential, stackParameters(ensemble), images);
    const alone = ensemble.map((one, index) => one.forward(slice(images, [[index, index + 1]])));
    const apart = concat(alone);
    together.data.forEach((value, i) => {
      expect(Math.abs(value - (apart.data[i] as number))).toBeLessThan(1e-14);
    });
  });

  it("passes each network its own gradient", () => {
    const ensemble = [1, 2].map(make);
    const stacked = stackParameters(ensemble);
    sum(multiply(stacked.get("0.bias") as Tensor, add(random([2, 3], "factor"), 3))).backward();
    const [first, second] = ensemble.map((one) => one.namedParameters().get("0.bias")?.grad?.data);
    expect(first).toBeDefined();
    expect(second).toBeDefined();
    expect(first).not.toEqual(second);
  });

  it.each([
    [[], "stackParameters networks: expected at least one network, received []"],
    [
      [make(1), new Sequential(new Conv2d(2, 4, 1))],
      "stackParameters networks[1] 0.weight: expected [3,2,1,1], received [4,2,1,1]. Stack networks of one structure.",
    ],
    [
      [new Sequential(new Conv2d(2, 3, 1, { bias: false })), new Sequential(new Conv2d(2, 3, 1))].map((one) =>
        one.initialize({ seed: 1 }),
      ),
      "stackParameters networks[0] 0.bias: expected a parameter, as the others have, received none. Stack networks of one structure.",
    ],
  ])("refuses networks of several structures: %#", (networks, message) => {
    expect(() => stackParameters(networks)).toThrow(message);
  });
});
