import { describe, expect, it } from "vitest";
import { ShapeError, ValueError } from "../../../src/core/index.js";
import {
  type PixelLayer,
  type PixelNetworkLoss,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "../../../src/kernels/index.js";
import { randomNetwork, zeroGradients } from "./cases.js";

const network = randomNetwork({ channels: [3, 4, 3], activation: "relu" });
const pixels = 5;
const planes = new Float32Array(3 * pixels);

function withLayer(index: number, change: Partial<PixelLayer>) {
  const layers = network.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer));
  return () =>
    pixelNetworkForward({ network: { layers, residual: false }, image: planes, pixels, output: planes });
}

function loss(change: Partial<PixelNetworkLoss>) {
  const call: PixelNetworkLoss = { network, image: planes, target: planes, pixels, loss: "mse" };
  return () => pixelNetworkLoss({ ...call, ...change });
}

describe("sizes that do not fit are refused with the arithmetic", () => {
  const short = new Float32Array(14);
  const gradients = zeroGradients(network);
  const [first, second] = gradients;
  const cases: [string, () => unknown, string][] = [
    [
      "image",
      () => pixelNetworkForward({ network, image: short, pixels, output: planes }),
      "pixelNetworkForward image: expected 3 channels x 5 pixels = 15 numbers, received 14",
    ],
    [
      "a batch",
      () => {
        const call = { network, image: planes, pixels, output: planes };
        const image = planes.subarray(0, 12);
        pixelNetworkForward([call, { network, image, pixels: 4, output: image }]);
      },
      "pixelNetworkForward batch: expected images of 5 pixels, as the first, received 4",
    ],
    [
      "output",
      () => pixelNetworkForward({ network, image: planes, pixels, output: short }),
      "pixelNetworkForward output: expected 3 channels x 5 pixels = 15 numbers, received 14",
    ],
    [
      "upstream",
      () => pixelNetworkBackward({ network, image: planes, pixels, upstream: short }),
      "pixelNetworkBackward upstream: expected 3 channels x 5 pixels = 15 numbers, received 14",
    ],
    [
      "image gradient",
      () => pixelNetworkBackward({ network, image: planes, pixels, upstream: planes, imageGradient: short }),
      "pixelNetworkBackward imageGradient: expected 3 channels x 5 pixels = 15 numbers, received 14",
    ],
    [
      "number of gradients",
      loss({ layerGradients: gradients.slice(1) }),
      "pixelNetworkLoss layerGradients: expected one entry for each of the 2 layers, received 1",
    ],
    [
      "weight gradient",
      loss({ layerGradients: [{ weight: new Float64Array(11), bias: undefined }, second ?? never()] }),
      "pixelNetworkLoss layerGradients 0 weight: expected 4 outputs x 3 inputs = 12 numbers, received 11",
    ],
    [
      "bias gradient",
      loss({
        layerGradients: [first ?? never(), { weight: new Float64Array(12), bias: new Float64Array(4) }],
      }),
      "pixelNetworkLoss layerGradients 1 bias: expected 3 outputs = 3 numbers, received 4",
    ],
    [
      "target",
      loss({ target: short }),
      "pixelNetworkLoss target: expected 3 channels x 5 pixels = 15 numbers, received 14",
    ],
    [
      "pixel weight",
      loss({ pixelWeight: short }),
      "pixelNetworkLoss pixelWeight: expected 1 channels x 5 pixels = 5 numbers, received 14",
    ],
    [
      "weight",
      withLayer(0, { weight: new Float32Array(8) }),
      "pixelNetworkForward layer 0 weight: expected 4 outputs x 3 inputs = 12 numbers, received 8",
    ],
    [
      "bias",
      withLayer(1, { bias: new Float32Array(2) }),
      "pixelNetworkForward layer 1 bias: expected 3 outputs = 3 numbers, received 2",
    ],
    [
      "layers that do not follow each other",
      withLayer(1, { inputs: 5 }),
      "pixelNetworkForward layer 1 inputs: expected the outputs of the layer before it, 4, received 5",
    ],
    [
      "no layers",
      loss({ network: { layers: [], residual: false } }),
      "pixelNetworkLoss: expected at least one layer, received none",
    ],
    [
      "residual between different channels",
      loss({ network: { ...randomNetwork({ channels: [3, 4, 2], activation: "relu" }), residual: true } }),
      "pixelNetworkLoss residual: expected as many outputs as inputs, 3, received 2. Only a network with equal channels in and out can add its input.",
    ],
    [
      "a detached buffer",
      () => {
        const image = new Float32Array(15);
        structuredClone(image, { transfer: [image.buffer] });
        pixelNetworkForward({ network, image, pixels, output: planes });
      },
      "pixelNetworkForward image: expected 3 channels x 5 pixels = 15 numbers, received 0",
    ],
  ];

  it.each(cases)("%s", (_, run, message) => {
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(message);
  });
});

describe("values out of their range are refused by name", () => {
  const cases: [string, () => unknown, string][] = [
    [
      "activation",
      withLayer(0, { activation: "swish" as "silu" }),
      'pixelNetworkForward layer 0 activation: expected one of none, relu, leakyRelu, silu, gelu, tanh, sigmoid, softplus, received "swish"',
    ],
    [
      "slope",
      withLayer(0, { activation: "leakyRelu", negativeSlope: Number.NaN }),
      "pixelNetworkForward layer 0 negativeSlope: expected a finite number, received NaN",
    ],
    [
      "outputs",
      withLayer(0, { outputs: 0 }),
      "pixelNetworkForward layer 0 outputs: expected a whole number of 1 or more, received 0",
    ],
    [
      "pixels",
      loss({ pixels: 2.5 }),
      "pixelNetworkLoss pixels: expected a whole number of 0 or more, received 2.5",
    ],
    [
      "loss",
      loss({ loss: "l2" as "mse" }),
      'pixelNetworkLoss loss: expected one of mse, l1, charbonnier, received "l2"',
    ],
    [
      "epsilon",
      loss({ epsilon: 0 }),
      "pixelNetworkLoss epsilon: expected a number from 1e-9 to 1000000000, received 0",
    ],
  ];

  it.each(cases)("%s", (_, run, message) => {
    expect(run).toThrow(ValueError);
    expect(run).toThrow(message);
  });
});

function never(): never {
  throw new Error("a network of two layers has two gradients");
}
