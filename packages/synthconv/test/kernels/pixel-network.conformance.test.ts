import { afterEach, describe, expect, test } from "vitest";
import {
  type Activation,
  availableBackends,
  type PixelLossName,
  pixelLossNames,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  setBackend,
} from "../../src/kernels/index.js";
import {
  expectBackwardAgrees,
  expectForwardAgrees,
  expectLossesAgree,
  forward,
} from "./pixel-network-agreement.js";
import {
  type NetworkShape,
  randomArray,
  randomNetwork,
  relativeError,
  shapeTitle,
  zeroGradients,
} from "./pixel-network-cases.js";

// Around the groups of 4 and 8 pixels, two and more tiles (64) and the chunk (8192) of the kernel.
const pixelCounts = [0, 1, 3, 5, 8, 127, 129, 513, 8191, 8193];
const hiddenUnits = [1, 2, 3, 16, 67, 256];
const activations: Activation[] = ["relu", "leakyRelu", "none"];

const shapes: NetworkShape[] = [
  ...hiddenUnits.map((units): NetworkShape => ({ channels: [3, units, 3], activation: "relu" })),
  ...activations.map((activation): NetworkShape => ({ channels: [3, 5, 3], activation, residual: true })),
  { channels: [3, 7, 3], activation: "leakyRelu", negativeSlope: 0.3, bias: false },
  // The fused kernel does not cover these: they must say the same on every backend all the same.
  { channels: [3, 4, 3], activation: "leakyRelu", negativeSlope: -0.5 },
  { channels: [3, 300, 3], activation: "relu" },
  { channels: [3, 6, 5, 3], activation: "gelu", residual: true },
  { channels: [2, 4, 1], activation: "relu" },
];

afterEach(() => setBackend(undefined));

describe.each(availableBackends())("pixel network on the %s backend", (backend) => {
  describe.each(shapes.map((shape) => [shapeTitle(shape), shape] as const))("%s", (_, shape) => {
    const network = randomNetwork(shape);
    // The wide ones take the float64 reference long: fewer pixels are enough to cross every boundary but the chunk.
    const counts = Math.max(...shape.channels) > 100 ? [5, 129] : pixelCounts;

    test.each(counts)("forward agrees with float64 at %d pixels", (pixels) => {
      setBackend(backend);
      expectForwardAgrees(network, pixels);
    });

    test.each(counts)("all gradients agree with float64 at %d pixels", (pixels) => {
      setBackend(backend);
      expectBackwardAgrees(network, pixels);
    });

    test.each(counts)("the losses and their gradients agree with float64 at %d pixels", (pixels) => {
      setBackend(backend);
      expectLossesAgree(network, pixels);
    });
  });

  const seven = randomNetwork({ channels: [3, 7, 3], activation: "relu", residual: true });

  test("the output may be the image itself", () => {
    setBackend(backend);
    const image = randomArray(3 * 9000, "image");
    const expected = forward(seven, image, 9000);
    pixelNetworkForward({ network: seven, image, pixels: 9000, output: image });
    expect(relativeError(image, expected)).toBe(0);
  });

  test("nothing around the arrays is written", () => {
    setBackend(backend);
    const pixels = 8197;
    const guarded = new Float32Array(3 * pixels + 16).fill(7);
    const output = guarded.subarray(8, -8);
    pixelNetworkForward({ network: seven, image: randomArray(3 * pixels, "image"), pixels, output });
    pixelNetworkBackward({
      network: seven,
      image: randomArray(3 * pixels, "image"),
      pixels,
      upstream: randomArray(3 * pixels, "upstream"),
      imageGradient: output,
    });
    expect([...guarded.subarray(0, 8), ...guarded.subarray(-8)]).toEqual(new Array(16).fill(7));
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a pixel of %d stays in that pixel", (value) => {
    setBackend(backend);
    const pixels = 133;
    for (const bad of [0, 64, 132]) {
      const image = randomArray(3 * pixels, "image");
      const clean = forward(seven, image, pixels);
      image[pixels + bad] = value;
      const output = forward(seven, image, pixels);
      for (let index = 0; index < output.length; index++) {
        if (index % pixels === bad) expect(Number.isFinite(output[index])).toBe(false);
        else expect(output[index]).toBe(clean[index]);
      }
    }
  });

  test("NaN goes through relu, through its gradient and into the loss, as in PyTorch", () => {
    setBackend(backend);
    const image = Float32Array.of(Number.NaN, 0, 0);
    expect([...forward(seven, image, 1)].every(Number.isNaN)).toBe(true);
    const imageGradient = new Float32Array(3);
    const layerGradients = zeroGradients(seven);
    pixelNetworkBackward({
      network: seven,
      image,
      pixels: 1,
      upstream: Float32Array.of(1, 1, 1),
      imageGradient,
      layerGradients,
    });
    expect(imageGradient.every(Number.isFinite)).toBe(true);
    expect(layerGradients[0]?.bias?.every((value) => value !== 0)).toBe(true);
    expect(layerGradients[0]?.weight.some(Number.isNaN)).toBe(true);
    for (const loss of pixelLossNames) {
      const call = { network: seven, image, target: new Float32Array(3), pixels: 1, loss };
      expect(pixelNetworkLoss(call)).toBeNaN();
    }
  });

  test("an infinite weight makes its own gradients infinite and no others", () => {
    setBackend(backend);
    // Both units are active for every pixel; were the 3 pixels that fill up the last 8 counted, with an
    // upstream gradient of 0, infinity times 0 would make a NaN.
    const layers = [
      { weight: Float32Array.of(1, 0, 0, 0, 1, 0), bias: Float32Array.of(9, 9), activation: "relu" },
      { weight: Float32Array.of(Infinity, 1, 1, 1, 1, 1), bias: undefined, activation: "none" },
    ] as const;
    const network = {
      layers: [
        { ...layers[0], inputs: 3, outputs: 2 },
        { ...layers[1], inputs: 2, outputs: 3 },
      ],
      residual: false,
    };
    const layerGradients = zeroGradients(network);
    const upstream = new Float32Array(15).fill(1);
    pixelNetworkBackward({ network, image: randomArray(15, "image"), pixels: 5, upstream, layerGradients });
    expect([...(layerGradients[0]?.bias ?? [])]).toEqual([Infinity, 15]);
    expect(layerGradients[1]?.weight.every(Number.isFinite)).toBe(true);
  });

  test("layer gradients are added to what is there; the image gradient is overwritten", () => {
    setBackend(backend);
    const pixels = 21;
    const layerGradients = zeroGradients(seven);
    const imageGradient = new Float32Array(3 * pixels);
    const image = randomArray(3 * pixels, "image");
    const upstream = randomArray(3 * pixels, "upstream");
    const call = { network: seven, image, pixels, upstream, imageGradient, layerGradients };
    pixelNetworkBackward(call);
    const once = { image: imageGradient.slice(), weight: layerGradients[0]?.weight.slice() as Float64Array };
    pixelNetworkBackward(call);
    expect(imageGradient).toEqual(once.image);
    expect(layerGradients[0]?.weight).toEqual(once.weight.map((value) => 2 * value));
  });

  test.each<PixelLossName>(["mse", "l1"])("a perfect output has a loss of 0 and no gradient (%s)", (loss) => {
    setBackend(backend);
    const pixels = 6;
    // Quarters: every product and sum is exact in float32, so the output is the target on every backend.
    const quarters = (data: Float32Array) => data.map((value) => Math.round(4 * value) / 4);
    const layers = seven.layers.map((layer) => ({
      ...layer,
      weight: quarters(layer.weight as Float32Array),
      bias: quarters(layer.bias as Float32Array),
    }));
    const network = { layers, residual: true };
    const image = quarters(randomArray(3 * pixels, "image"));
    const target = forward(network, image, pixels);
    const layerGradients = zeroGradients(network);
    expect(pixelNetworkLoss({ network, image, target, pixels, loss, layerGradients })).toBe(0);
    for (const { weight } of layerGradients) expect(weight.every((value) => value === 0)).toBe(true);
  });

  test("two calls give the same bits", () => {
    setBackend(backend);
    const image = randomArray(3 * 9001, "image");
    const target = randomArray(3 * 9001, "target");
    const run = () => {
      const layerGradients = zeroGradients(seven);
      const loss = pixelNetworkLoss({
        network: seven,
        image,
        target,
        pixels: 9001,
        loss: "mse",
        layerGradients,
      });
      return { loss, layerGradients };
    };
    expect(run()).toEqual(run());
  });
});
