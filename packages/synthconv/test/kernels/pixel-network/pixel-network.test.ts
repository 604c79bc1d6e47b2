import { afterEach, describe, expect, it } from "vitest";
import { normalNumbers, relativeError } from "../../../../../test-support/numbers.js";
import {
  availableBackends,
  type PixelLossName,
  pixelLossNames,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  setBackend,
} from "../../../src/kernels/index.js";
import { forward, type NetworkShape, randomNetwork, zeroGradients } from "./cases.js";

afterEach(() => setBackend(undefined));

describe.each(availableBackends())("pixel network on the %s backend", (backend) => {
  const seven = randomNetwork({ channels: [3, 7, 3], activation: "relu", residual: true });

  it("the output may be the image itself", () => {
    setBackend(backend);
    const image = normalNumbers(3 * 9000, "image");
    const expected = forward(seven, image, 9000);
    pixelNetworkForward({ network: seven, image, pixels: 9000, output: image });
    expect(relativeError(image, expected)).toBe(0);
  });

  it("nothing around the arrays is written", () => {
    setBackend(backend);
    const pixels = 8197;
    const guarded = new Float32Array(3 * pixels + 16).fill(7);
    const output = guarded.subarray(8, -8);
    pixelNetworkForward({ network: seven, image: normalNumbers(3 * pixels, "image"), pixels, output });
    pixelNetworkBackward({
      network: seven,
      image: normalNumbers(3 * pixels, "image"),
      pixels,
      upstream: normalNumbers(3 * pixels, "upstream"),
      imageGradient: output,
    });
    expect([...guarded.subarray(0, 8), ...guarded.subarray(-8)]).toEqual(new Array(16).fill(7));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("a pixel of %d stays in that pixel", (value) => {
    setBackend(backend);
    const pixels = 133;
    for (const bad of [0, 64, 132]) {
      const image = normalNumbers(3 * pixels, "image");
      const clean = forward(seven, image, pixels);
      image[pixels + bad] = value;
      const output = forward(seven, image, pixels);
      for (let index = 0; index < output.length; index++) {
        if (index % pixels === bad) expect(Number.isFinite(output[index])).toBe(false);
        else expect(output[index]).toBe(clean[index]);
      }
    }
  });

  it("NaN goes through relu, through its gradient and into the loss, as in PyTorch", () => {
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

  it("an infinite gradient stops where relu is flat, as in PyTorch", () => {
    setBackend(backend);
    // Of two units the first is never active.
    const hidden = { weight: new Float32Array(6), bias: Float32Array.of(-1, 1) };
    const last = { weight: new Float32Array(6).fill(1), bias: undefined };
    const layers = [
      { ...hidden, inputs: 3, outputs: 2, activation: "relu" },
      { ...last, inputs: 2, outputs: 3, activation: "none" },
    ] as const;
    const network = { layers, residual: false };
    const layerGradients = zeroGradients(network);
    const upstream = Float32Array.of(Infinity, 1, 1);
    pixelNetworkBackward({ network, image: Float32Array.of(1, 2, 3), pixels: 1, upstream, layerGradients });
    expect([...(layerGradients[0]?.bias ?? [])]).toEqual([0, Infinity]);
    expect([...(layerGradients[0]?.weight ?? [])].slice(0, 3)).toEqual([0, 0, 0]);
  });

  it("an infinite weight makes its own gradients infinite and no others", () => {
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
    pixelNetworkBackward({ network, image: normalNumbers(15, "image"), pixels: 5, upstream, layerGradients });
    expect([...(layerGradients[0]?.bias ?? [])]).toEqual([Infinity, 15]);
    expect(layerGradients[1]?.weight.every(Number.isFinite)).toBe(true);
  });

  it("layer gradients are added to what is there; the image gradient is overwritten", () => {
    setBackend(backend);
    const pixels = 21;
    const layerGradients = zeroGradients(seven);
    const imageGradient = new Float32Array(3 * pixels);
    const image = normalNumbers(3 * pixels, "image");
    const upstream = normalNumbers(3 * pixels, "upstream");
    const call = { network: seven, image, pixels, upstream, imageGradient, layerGradients };
    pixelNetworkBackward(call);
    const once = { image: imageGradient.slice(), weight: layerGradients[0]?.weight.slice() as Float64Array };
    pixelNetworkBackward(call);
    expect(imageGradient).toEqual(once.image);
    expect(layerGradients[0]?.weight).toEqual(once.weight.map((value) => 2 * value));
  });

  it.each<PixelLossName>(["mse", "l1"])("a perfect output has a loss of 0 and no gradient (%s)", (loss) => {
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
    const image = quarters(normalNumbers(3 * pixels, "image"));
    const target = forward(network, image, pixels);
    const layerGradients = zeroGradients(network);
    expect(pixelNetworkLoss({ network, image, target, pixels, loss, layerGradients })).toBe(0);
    for (const { weight } of layerGradients) expect(weight.every((value) => value === 0)).toBe(true);
  });

  it.each<NetworkShape>([
    { channels: [3, 7, 3], activation: "relu", residual: true },
    { channels: [4, 9, 5, 2], activation: "leakyRelu" },
  ])("either kind of gradient alone is the same bits as both together: $channels", (shape) => {
    setBackend(backend);
    const pixels = 517;
    const network = randomNetwork(shape);
    const image = normalNumbers((shape.channels[0] as number) * pixels, "image");
    const upstream = normalNumbers((shape.channels.at(-1) as number) * pixels, "upstream");
    const call = { network, image, pixels, upstream };
    const both = { imageGradient: new Float32Array(image.length), layerGradients: zeroGradients(network) };
    pixelNetworkBackward({ ...call, ...both });
    const imageGradient = new Float32Array(image.length);
    pixelNetworkBackward({ ...call, imageGradient });
    const layerGradients = zeroGradients(network);
    pixelNetworkBackward({ ...call, layerGradients });
    expect({ imageGradient, layerGradients }).toEqual(both);
  });

  it("two calls give the same bits", () => {
    setBackend(backend);
    const image = normalNumbers(3 * 9001, "image");
    const target = normalNumbers(3 * 9001, "target");
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
