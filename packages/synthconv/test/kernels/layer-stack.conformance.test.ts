/** Networks of any number of layers: the layer stack covers them on both WebAssembly backends. */
import { afterEach, describe, test } from "vitest";
import { availableBackends, setBackend } from "../../src/kernels/index.js";
import { expectBackwardAgrees, expectForwardAgrees, expectLossesAgree } from "./pixel-network-agreement.js";
import { type NetworkShape, randomNetwork, shapeTitle } from "./pixel-network-cases.js";

// Where an output is nearly right, charbonnier's gradient is the output's error divided by epsilon: with the default of
// .001 and sums of hundreds of inputs, 1e-6 would become 1e-3.
const EPSILON = 1;

afterEach(() => setBackend(undefined));

// Every remainder of the blocks of 4 outputs and 2 inputs, on every side of a layer, and all activations after each.
const shapes: NetworkShape[] = [
  { channels: [1, 2], activation: "none" },
  { channels: [5, 5], activation: ["relu"], residual: true },
  { channels: [16, 16], activation: ["leakyRelu"], negativeSlope: 0, bias: false },
  { channels: [2, 1], activation: ["leakyRelu"], negativeSlope: 0.2 },
  { channels: [1, 7, 1], activation: "relu", residual: true },
  { channels: [16, 33, 5], activation: ["leakyRelu", "relu"], negativeSlope: 1 },
  { channels: [3, 32, 32, 3], activation: "relu", residual: true },
  { channels: [3, 6, 3], activation: ["relu", "leakyRelu"], residual: true },
  { channels: [5, 1, 7, 2], activation: ["none", "leakyRelu", "none"], bias: false },
  {
    channels: [2, 33, 7, 32, 16],
    activation: ["leakyRelu", "relu", "none", "leakyRelu"],
    negativeSlope: 0.5,
  },
  { channels: [3, 8, 8, 8, 8, 3], activation: "leakyRelu" },
];
const counts = [0, 1, 7, 8, 9, 63, 64, 65, 8193];

// The float64 reference takes these long: no more pixels than cross a tile; and no single one, as the error of a long
// sum that cancels is a large share of it.
const wideShapes: NetworkShape[] = [
  { channels: [16, 256, 256, 16], activation: "leakyRelu", residual: true },
  { channels: [2, 256, 7, 256, 3], activation: ["relu", "none", "leakyRelu"] },
  { channels: [256, 256], activation: "none" },
];
const wideCounts = [7, 65];

const cases = [
  ...shapes.map((shape) => [shapeTitle(shape), shape, counts] as const),
  ...wideShapes.map((shape) => [shapeTitle(shape), shape, wideCounts] as const),
];

describe.each(availableBackends())("layer stack on the %s backend", (backend) => {
  describe.each(cases)("%s", (_, shape, pixelCounts) => {
    const network = randomNetwork(shape);

    test.each(pixelCounts)("forward agrees with float64 at %d pixels", (pixels) => {
      setBackend(backend);
      expectForwardAgrees(network, pixels);
    });

    test.each(pixelCounts)("all gradients agree with float64 at %d pixels", (pixels) => {
      setBackend(backend);
      expectBackwardAgrees(network, pixels);
    });

    test.each(pixelCounts)("the losses and their gradients agree with float64 at %d pixels", (pixels) => {
      setBackend(backend);
      expectLossesAgree(network, pixels, EPSILON);
    });
  });
});
