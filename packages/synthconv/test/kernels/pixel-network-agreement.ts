/** Every pass of a pixel network on the current backend against the float64 reference. */
import { expect } from "vitest";
import {
  type LayerGradients,
  type PixelNetwork,
  pixelLossNames,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "../../src/kernels/index.js";
import { inFloat64, randomArray, relativeError, zeroGradients } from "./pixel-network-cases.js";

const TOLERANCE = 1e-6;

type Cast = (data: Float32Array) => Float32Array | Float64Array;
const keep: Cast = (data) => data;
const widen: Cast = (data) => Float64Array.from(data);

export function forward(network: PixelNetwork, image: Float32Array | Float64Array, pixels: number) {
  const length = channels(network).outputs * pixels;
  const output = image instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  pixelNetworkForward({ network, image, pixels, output });
  return output;
}

export function expectForwardAgrees(network: PixelNetwork, pixels: number): void {
  const image = randomArray(channels(network).inputs * pixels, "image");
  const expected = forward(inFloat64(network), widen(image), pixels);
  expect(relativeError(forward(network, image, pixels), expected)).toBeLessThan(TOLERANCE);
}

export function expectBackwardAgrees(network: PixelNetwork, pixels: number): void {
  const { inputs, outputs } = channels(network);
  const image = randomArray(inputs * pixels, "image");
  // With a mean of 0 the bias gradient of an only output would cancel to next to nothing, all of it rounding.
  const upstream = randomArray(outputs * pixels, "upstream").map((value) => value + 0.5);
  const run = (on: PixelNetwork, cast: Cast) => {
    const layerGradients = zeroGradients(on);
    const imageGradient = cast(new Float32Array(image.length).fill(Number.NaN));
    const call = { network: on, image: cast(image), pixels, upstream: cast(upstream) };
    pixelNetworkBackward({ ...call, imageGradient, layerGradients });
    return { call, imageGradient, layerGradients };
  };
  const actual = run(network, keep);
  const expected = run(inFloat64(network), widen);
  expect(relativeError(actual.imageGradient, expected.imageGradient)).toBeLessThan(TOLERANCE);
  expectGradients(actual.layerGradients, expected.layerGradients);
  // Either kind of gradient alone is the same bits as both together.
  const imageGradient = new Float32Array(image.length);
  pixelNetworkBackward({ ...actual.call, imageGradient });
  expect(imageGradient).toEqual(actual.imageGradient);
  const layerGradients = zeroGradients(network);
  pixelNetworkBackward({ ...actual.call, layerGradients });
  expect(layerGradients).toEqual(actual.layerGradients);
}

/** @param epsilon of charbonnier: near 0 its gradient is the output's rounding error divided by it. */
export function expectLossesAgree(network: PixelNetwork, pixels: number, epsilon?: number): void {
  const { inputs, outputs } = channels(network);
  const image = randomArray(inputs * pixels, "image");
  const target = randomArray(outputs * pixels, "target");
  const pixelWeight = randomArray(pixels, "pixel weight").map(Math.abs);
  for (const loss of pixelLossNames) {
    const run = (on: PixelNetwork, cast: Cast) => {
      const layerGradients = zeroGradients(on);
      const call = { network: on, image: cast(image), target: cast(target), pixels, loss, epsilon };
      const weighted = { ...call, pixelWeight: cast(pixelWeight), layerGradients };
      return { sums: [pixelNetworkLoss(call), pixelNetworkLoss(weighted)], layerGradients };
    };
    const actual = run(network, keep);
    const expected = run(inFloat64(network), widen);
    expect(relativeError(actual.sums, expected.sums), loss).toBeLessThan(TOLERANCE);
    expectGradients(actual.layerGradients, expected.layerGradients);
  }
}

function expectGradients(actual: readonly LayerGradients[], expected: readonly LayerGradients[]): void {
  expected.forEach(({ weight, bias }, index) => {
    expect(relativeError(actual[index]?.weight ?? [], weight), `weight ${index}`).toBeLessThan(TOLERANCE);
    expect(relativeError(actual[index]?.bias ?? [], bias ?? []), `bias ${index}`).toBeLessThan(TOLERANCE);
  });
}

function channels({ layers }: PixelNetwork): { inputs: number; outputs: number } {
  return { inputs: layers[0]?.inputs ?? 0, outputs: layers.at(-1)?.outputs ?? 0 };
}
