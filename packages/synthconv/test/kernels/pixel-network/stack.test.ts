/** What the layer stack covers, and what holds for it beside the numbers of the conformance suite. */

import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import type { Activation } from "../../../src/core/activations.js";
import { implementationOf } from "../../../src/core/choices.js";
import {
  applyPixelNetwork,
  availableBackends,
  type PixelNetwork,
  pixelLossNames,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  setBackend,
} from "../../../src/kernels/index.js";
import { forward, inFloat64, type NetworkShape, randomNetwork, shapeTitle, zeroGradients } from "./cases.js";

const kernels = availableBackends().filter((backend) => backend !== "reference");

afterEach(() => setBackend(undefined));

const WORK = ["pixel network forward", "pixel network loss", "pixel network backward"] as const;

/** Which implementation ran, for each kind of work. */
function implementationsOf(network: PixelNetwork, pixels: number): (string | undefined)[] {
  return WORK.map((work) => implementationOf(work, () => passes(network, pixels)));
}

/** The bits of every pass, in the order forward, loss, backward. */
function passes(network: PixelNetwork, pixels: number): ArrayLike<number>[] {
  const { inputs = 0 } = network.layers[0] ?? {};
  const { outputs = 0 } = network.layers.at(-1) ?? {};
  const image = normalNumbers(inputs * pixels, "image");
  const target = normalNumbers(outputs * pixels, "target");
  const layerGradients = zeroGradients(network);
  const loss = pixelNetworkLoss({ network, image, target, pixels, loss: "mse", layerGradients });
  const ofLoss = layerGradients.flatMap(({ weight }) => [...weight]);
  const imageGradient = new Float32Array(image.length);
  pixelNetworkBackward({ network, image, pixels, upstream: target, imageGradient });
  return [forward(network, image, pixels), [loss, ...ofLoss], imageGradient];
}

describe.each(kernels)("the %s backend", (backend) => {
  const covered: NetworkShape[] = [
    { channels: [16, 16], activation: ["relu"] },
    { channels: [2, 40, 3], activation: "leakyRelu" },
    { channels: [3, 16, 3], activation: ["relu", "relu"] },
    { channels: [3, 12, 12, 3], activation: "relu", residual: true },
    { channels: [256, 256], activation: "none", bias: false },
    { channels: [3, 13, 13, 13, 3], activation: "tanh", residual: true },
    { channels: [5, 2, 70, 3], activation: ["tanh", "relu", "tanh"] },
    { channels: [3, 8, 8, 8, 8, 8, 8, 8, 3], activation: "relu" },
  ];
  it.each(covered.map((shape) => [shapeTitle(shape), shape] as const))("runs %s in SIMD", (_, shape) => {
    const network = randomNetwork(shape);
    setBackend(backend);
    expect(implementationsOf(network, 64)).toEqual(["stack", "stack", "stack"]);
    setBackend("reference");
    expect(implementationsOf(network, 64)).toEqual(["reference", "reference", "reference"]);
  });

  it("lets nothing pass a leakyRelu of slope 0 that is off, as relu", () => {
    const layer = { inputs: 1, outputs: 1, weight: Float32Array.of(1), bias: undefined };
    const network: PixelNetwork = {
      layers: [{ ...layer, activation: "leakyRelu", negativeSlope: 0 }],
      residual: false,
    };
    setBackend(backend);
    const image = Float32Array.of(Number.NEGATIVE_INFINITY, -1, 2);
    expect(forward(network, image, 3)).toEqual(Float32Array.of(0, 0, 2));
    const imageGradient = new Float32Array(3);
    const upstream = Float32Array.of(Number.POSITIVE_INFINITY, Number.NaN, 4);
    pixelNetworkBackward({ network, image, pixels: 3, upstream, imageGradient });
    expect(imageGradient).toEqual(Float32Array.of(0, 0, 4));
  });

  const uncovered: NetworkShape[] = [
    { channels: [2, 4, 1], activation: "sigmoid" },
    { channels: [2, 4, 1], activation: "leakyRelu", negativeSlope: 1.5 },
    { channels: [2, 257, 1], activation: "relu" },
    { channels: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2], activation: "relu" },
  ];
  it.each(uncovered.map((shape) => [shapeTitle(shape), shape] as const))(
    "leaves %s to the reference",
    (_, shape) => {
      setBackend(backend);
      expect(implementationsOf(randomNetwork(shape), 64)).toEqual(["reference", "reference", "reference"]);
    },
  );

  it("applies a deep network to the pixels of files with the bits of its planar pass", () => {
    setBackend(backend);
    const network = randomNetwork({ channels: [3, 20, 20, 3], activation: "relu", residual: true });
    const pixels = normalNumbers(3 * 2100, "pixels");
    const planes = Float32Array.from(
      pixels,
      (_, i) => pixels[(i % 2100) * 3 + Math.floor(i / 2100)] as number,
    );
    const output = forward(network, planes, 2100);
    applyPixelNetwork({ network, pixels, channels: 3 });
    const expected = Float32Array.from(
      pixels,
      (_, i) => output[(i % 3) * 2100 + Math.floor(i / 3)] as number,
    );
    expect(pixels).toEqual(expected);
  });
});

describe.each(availableBackends())("on the %s backend", (backend) => {
  const deep = randomNetwork({ channels: [3, 6, 5, 3], activation: ["relu", "leakyRelu"], residual: true });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("a pixel of %d stays in that pixel", (value) => {
    setBackend(backend);
    const pixels = 533;
    for (const bad of [0, 64, 532]) {
      const image = normalNumbers(3 * pixels, "image");
      const clean = forward(deep, image, pixels);
      image[pixels + bad] = value;
      const output = forward(deep, image, pixels);
      for (let index = 0; index < output.length; index++) {
        if (index % pixels === bad) expect(Number.isFinite(output[index])).toBe(false);
        else expect(output[index]).toBe(clean[index]);
      }
    }
  });

  it("NaN goes through every layer, into the loss and the gradients of weights", () => {
    setBackend(backend);
    const image = Float32Array.of(Number.NaN, 0, 0);
    expect([...forward(deep, image, 1)].every(Number.isNaN)).toBe(true);
    for (const loss of pixelLossNames) {
      const layerGradients = zeroGradients(deep);
      const call = { network: deep, image, target: new Float32Array(3), pixels: 1, loss, layerGradients };
      expect(pixelNetworkLoss(call)).toBeNaN();
      for (const { weight } of layerGradients) expect(weight.some(Number.isNaN)).toBe(true);
    }
  });

  it("an infinite weight makes its own gradients infinite and no others", () => {
    setBackend(backend);
    const [first, second, third] = deep.layers;
    if (first === undefined || second === undefined || third === undefined) throw new Error("three layers");
    const weight = third.weight.slice();
    weight[0] = Number.POSITIVE_INFINITY;
    const network = { layers: [first, second, { ...third, weight }], residual: false };
    const layerGradients = zeroGradients(network);
    const upstream = new Float32Array(15).fill(1);
    pixelNetworkBackward({ network, image: normalNumbers(15, "image"), pixels: 5, upstream, layerGradients });
    expect([...(layerGradients[2]?.bias ?? [])]).toEqual([5, 5, 5]);
    expect(layerGradients[2]?.weight.every(Number.isFinite)).toBe(true);
  });

  it("weights that overflow for a pixel of zeros do so for no pixel of the image", () => {
    setBackend(backend);
    const layer = { inputs: 1, outputs: 1, activation: "relu" } as const;
    const weights: readonly (readonly [number, number])[] = [
      [-3e38, 3e38],
      [2, 0],
      [1, 0],
    ];
    const layers = weights.map(([weight, bias]) => {
      return { ...layer, weight: Float32Array.of(weight), bias: Float32Array.of(bias) };
    });
    const network = { layers, residual: false };
    const layerGradients = zeroGradients(network);
    const ones = new Float32Array(3).fill(1);
    pixelNetworkBackward({ network, image: ones, pixels: 3, upstream: ones, layerGradients });
    for (const { weight } of layerGradients) expect(weight[0]).toBe(0);
  });

  it("the output may be the image itself, and nothing around the arrays is written", () => {
    setBackend(backend);
    const pixels = 8197;
    const image = normalNumbers(3 * pixels, "image");
    const expected = forward(deep, image, pixels);
    const guarded = new Float32Array(3 * pixels + 16).fill(7);
    const inPlace = guarded.subarray(8, -8);
    inPlace.set(image);
    pixelNetworkForward({ network: deep, image: inPlace, pixels, output: inPlace });
    expect(inPlace).toEqual(expected);
    pixelNetworkBackward({ network: deep, image, pixels, upstream: expected, imageGradient: inPlace });
    expect([...guarded.subarray(0, 8), ...guarded.subarray(-8)]).toEqual(new Array(16).fill(7));
  });

  it("layer gradients are added to what is there; the image gradient is overwritten", () => {
    setBackend(backend);
    const pixels = 21;
    const layerGradients = zeroGradients(deep);
    const imageGradient = new Float32Array(3 * pixels);
    const image = normalNumbers(3 * pixels, "image");
    const upstream = normalNumbers(3 * pixels, "upstream");
    const call = { network: deep, image, pixels, upstream, imageGradient, layerGradients };
    pixelNetworkBackward(call);
    const once = {
      image: imageGradient.slice(),
      weights: layerGradients.map(({ weight }) => weight.slice()),
    };
    pixelNetworkBackward(call);
    expect(imageGradient).toEqual(once.image);
    layerGradients.forEach(({ weight }, index) => {
      expect(weight).toEqual(once.weights[index]?.map((value) => 2 * value));
    });
  });

  it("any stack is within 1e-6 of float64, as a share of the sum of what is added up", () => {
    const channel = fc.integer({ min: 1, max: 40 });
    const activation = fc.constantFrom<Activation[]>("relu", "leakyRelu", "tanh", "none");
    const stack = fc.record({
      channels: fc.array(channel, { minLength: 2, maxLength: 5 }),
      activation: fc.array(activation, { minLength: 4, maxLength: 4 }),
      negativeSlope: fc.double({ min: 0, max: 1, noNaN: true }),
      bias: fc.boolean(),
    });
    fc.assert(
      fc.property(stack, fc.boolean(), fc.integer({ min: 0, max: 150 }), (shape, adds, pixels) => {
        setBackend(backend);
        const residual = adds && shape.channels[0] === shape.channels.at(-1);
        const network = randomNetwork({ ...shape, residual });
        const actual = everything(network, pixels, (from) => from);
        const expected = everything(inFloat64(network), pixels, (from) => Float64Array.from(from));
        const scale = everything(magnitudes(inFloat64(network)), pixels, (from) =>
          Float64Array.from(from, Math.abs),
        );
        const off = expected.filter((value, index) => {
          const difference = Math.abs((actual[index] as number) - value);
          return !(difference <= 1e-6 * (scale[index] as number));
        });
        expect(off).toEqual([]);
      }),
    );
  });
});

/** The same stack without signs: its sums bound those of the network, whatever the activations let through. */
function magnitudes({ layers, residual }: PixelNetwork): PixelNetwork {
  return {
    residual,
    layers: layers.map((layer) => ({
      ...layer,
      weight: layer.weight.map(Math.abs),
      bias: layer.bias?.map(Math.abs),
      activation: "none",
    })),
  };
}

/** Output, image gradient and gradients of all layers in one array. */
function everything(
  network: PixelNetwork,
  pixels: number,
  cast: (from: Float32Array) => Float32Array | Float64Array,
): number[] {
  const { inputs = 0 } = network.layers[0] ?? {};
  const { outputs = 0 } = network.layers.at(-1) ?? {};
  const image = cast(normalNumbers(inputs * pixels, "image"));
  const upstream = cast(normalNumbers(outputs * pixels, "upstream"));
  const imageGradient = cast(new Float32Array(image.length));
  const layerGradients = zeroGradients(network);
  pixelNetworkBackward({ network, image, pixels, upstream, imageGradient, layerGradients });
  const gradients = layerGradients.flatMap(({ weight, bias }) => [...weight, ...(bias ?? [])]);
  return [...forward(network, image, pixels), ...imageGradient, ...gradients];
}
