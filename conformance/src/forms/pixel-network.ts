/** Pixel networks on planes: forward, the losses with the gradients of the weights, backward with the image's. */
import {
  type PixelLossName,
  type PixelNetwork,
  type PixelNetworkLoss,
  pixelLossNames,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "../../../packages/synthconv/dist/kernels/index.js";
import type { Case, Form } from "../case.js";
import { inFloat64, mostlyPositive, signed, uniform } from "../numbers.js";
import {
  isEngineBound,
  type NetworkShape,
  namedGradients,
  networkInFloat64,
  randomNetwork,
  titleOf,
  zeroGradients,
} from "./networks.js";

// Around the groups of 4 and 8 pixels, two and more tiles (64) and the chunk (8192) of the kernels.
const COUNTS = [0, 1, 3, 5, 8, 127, 129, 513, 8191, 8193];
// Enough to cross every boundary but the chunk; float64 loops take long over wide layers.
const FEW = [5, 129];
const SOME = [0, 1, 7, 9, 63, 64, 65, 1029];

interface Sizes {
  readonly shape: NetworkShape;
  readonly counts: readonly number[];
  /** The largest is shared by threads. */
  readonly isShared?: boolean;
}

const oneHidden: Sizes[] = [
  ...[1, 2, 3, 16, 67].map((units): Sizes => {
    return { shape: { channels: [3, units, 3], activation: "relu" }, counts: COUNTS };
  }),
  { shape: { channels: [3, 256, 3], activation: "relu" }, counts: FEW },
  ...(["relu", "leakyRelu", "none"] as const).map((activation): Sizes => {
    return { shape: { channels: [3, 5, 3], activation, residual: true }, counts: COUNTS };
  }),
  {
    shape: { channels: [3, 7, 3], activation: "leakyRelu", negativeSlope: 0.3, bias: false },
    counts: COUNTS,
  },
  // Over the 8192 pixels of a slice, and 10^7 operations.
  { shape: { channels: [3, 32, 3], activation: "relu", residual: true }, counts: [30_001], isShared: true },
];

// 1 to 5 layers, 1 to 16 channels in and out, 1 to 256 between: every remainder of the blocks of 4 outputs and 2
// inputs, on every side of a layer, and all activations after each.
const stacks: Sizes[] = [
  { shape: { channels: [1, 2], activation: "none" }, counts: SOME },
  { shape: { channels: [16, 16], activation: ["relu"], bias: false }, counts: SOME },
  { shape: { channels: [5, 5], activation: ["leakyRelu"], residual: true }, counts: SOME },
  { shape: { channels: [2, 1], activation: ["leakyRelu"], negativeSlope: 0 }, counts: SOME },
  { shape: { channels: [2, 4, 1], activation: "relu" }, counts: COUNTS },
  { shape: { channels: [1, 7, 1], activation: "relu", residual: true }, counts: SOME },
  { shape: { channels: [16, 33, 5], activation: ["leakyRelu", "relu"], negativeSlope: 1 }, counts: SOME },
  { shape: { channels: [3, 6, 3], activation: ["relu", "leakyRelu"], residual: true }, counts: SOME },
  { shape: { channels: [3, 6, 5, 3], activation: "relu", residual: true }, counts: COUNTS },
  { shape: { channels: [3, 32, 32, 3], activation: "relu" }, counts: SOME },
  {
    shape: { channels: [5, 1, 13, 2], activation: ["none", "leakyRelu", "relu"], bias: false },
    counts: SOME,
  },
  {
    shape: { channels: [7, 11, 3, 19, 7], activation: ["relu", "none", "relu", "none"], residual: true },
    counts: SOME,
  },
  {
    shape: {
      channels: [2, 33, 7, 32, 16],
      activation: ["leakyRelu", "relu", "none", "leakyRelu"],
      negativeSlope: 0.5,
    },
    counts: SOME,
  },
  { shape: { channels: [3, 8, 8, 8, 8, 3], activation: "leakyRelu" }, counts: SOME },
  { shape: { channels: [16, 256, 16], activation: "relu", residual: true }, counts: FEW },
  {
    shape: { channels: [2, 256, 7, 256, 3], activation: ["relu", "none", "leakyRelu", "none"] },
    counts: FEW,
  },
  { shape: { channels: [256, 256], activation: "none" }, counts: FEW },
  { shape: { channels: [4, 24, 24, 2], activation: "leakyRelu" }, counts: [16_389], isShared: true },
  // No kernel covers these: they must say the same on every backend all the same.
  { shape: { channels: [3, 4, 3], activation: "leakyRelu", negativeSlope: -0.5 }, counts: SOME },
  { shape: { channels: [3, 300, 3], activation: "relu" }, counts: FEW },
  { shape: { channels: [3, 6, 5, 3], activation: "gelu", residual: true }, counts: SOME },
];

const spoilt: readonly NetworkShape[] = [
  { channels: [3, 7, 3], activation: "relu", residual: true },
  { channels: [3, 5, 3], activation: "leakyRelu" },
  { channels: [3, 6, 5, 3], activation: "relu" },
  { channels: [4, 8, 8, 8, 2], activation: "leakyRelu" },
];

// The derivative of charbonnier magnifies an error of the output by 1 / epsilon where both are close.
const EPSILON = 1;

type Make = (network: PixelNetwork, pixels: number, image: Float32Array) => Pick<Case, "run" | "exact">;

function formOf(name: string, sizes: readonly Sizes[], make: Make): Form {
  const cases = sizes.flatMap(({ shape, counts, isShared = false }) => {
    const network = randomNetwork(shape);
    return counts.map((pixels): Case => {
      const facts = { isShared, isEngineBound: isEngineBound(shape) };
      const image = signed(inputsOf(network) * pixels, "image");
      return { name: `${titleOf(shape)}, ${pixels} pixels`, ...facts, ...make(network, pixels, image) };
    });
  });
  return { name, cases: [...cases, ...spoiltCases(make)] };
}

/** Images of which one pixel is NaN or infinite: it must not reach another. */
function spoiltCases(make: Make): Case[] {
  const pixels = 133;
  return spoilt.flatMap((shape) => {
    const network = randomNetwork(shape);
    return [0, 64, 132].flatMap((pixel) =>
      [Number.NaN, Number.POSITIVE_INFINITY].map((value): Case => {
        const image = signed(inputsOf(network) * pixels, "image");
        image[(inputsOf(network) - 1) * pixels + pixel] = value;
        const name = `${titleOf(shape)}, ${value} in pixel ${pixel} of ${pixels}`;
        return { name, isEngineBound: true, ...make(network, pixels, image) };
      }),
    );
  });
}

const inputsOf = ({ layers }: PixelNetwork): number => layers[0]?.inputs ?? 0;
const outputsOf = ({ layers }: PixelNetwork): number => layers.at(-1)?.outputs ?? 0;

function forward(network: PixelNetwork, pixels: number, image: Float32Array): Pick<Case, "run" | "exact"> {
  const length = outputsOf(network) * pixels;
  return {
    run: (place) => {
      const output = place(new Float32Array(length).fill(Number.NaN));
      pixelNetworkForward({ network, image: place(image), pixels, output });
      return { output };
    },
    exact: () => {
      const output = new Float64Array(length);
      pixelNetworkForward({ network: networkInFloat64(network), image: inFloat64(image), pixels, output });
      return { output };
    },
  };
}

function backward(network: PixelNetwork, pixels: number, image: Float32Array): Pick<Case, "run" | "exact"> {
  const upstream = mostlyPositive(outputsOf(network) * pixels, "upstream");
  return {
    run: (place) => {
      const imageGradient = place(new Float32Array(image.length).fill(Number.NaN));
      const layerGradients = zeroGradients(network);
      const planes = { image: place(image), upstream: place(upstream), imageGradient };
      pixelNetworkBackward({ network, pixels, ...planes, layerGradients });
      return { "image gradient": imageGradient, ...namedGradients(layerGradients) };
    },
    exact: () => {
      const imageGradient = new Float64Array(image.length);
      const layerGradients = zeroGradients(network);
      const planes = { image: inFloat64(image), upstream: inFloat64(upstream), imageGradient };
      pixelNetworkBackward({ network: networkInFloat64(network), pixels, ...planes, layerGradients });
      return { "image gradient": imageGradient, ...namedGradients(layerGradients) };
    },
  };
}

/** Without weights of the pixels the loss alone, with them the gradients too. */
function lossOf(loss: PixelLossName): Make {
  return (network, pixels, image) => {
    // Mostly below the output, as in `mostlyPositive`.
    const target = uniform(outputsOf(network) * pixels, "target", -3, 1);
    const options = { loss, epsilon: EPSILON };
    const pixelWeight = uniform(pixels, "pixel weight", 0, 2);
    const outputs = (call: PixelNetworkLoss, weights: typeof call.image) => {
      const layerGradients = zeroGradients(network);
      const weighted = pixelNetworkLoss({ ...call, pixelWeight: weights, layerGradients });
      const unweighted = pixelNetworkLoss(call);
      return { losses: Float64Array.of(unweighted, weighted), ...namedGradients(layerGradients) };
    };
    return {
      run: (place) => {
        return outputs(
          { network, image: place(image), target: place(target), pixels, ...options },
          place(pixelWeight),
        );
      },
      exact: () => {
        const planes = { image: inFloat64(image), target: inFloat64(target) };
        return outputs(
          { network: networkInFloat64(network), ...planes, pixels, ...options },
          inFloat64(pixelWeight),
        );
      },
    };
  };
}

const allSizes = [...oneHidden, ...stacks];

export const pixelNetworkForms: readonly Form[] = [
  formOf("pixel network, forward", allSizes, forward),
  formOf("pixel network, backward", allSizes, backward),
  ...pixelLossNames.map((loss) => formOf(`pixel network, ${loss} with gradients`, allSizes, lossOf(loss))),
];
