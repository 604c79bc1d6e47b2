/**
 * Pixel networks straight on interleaved pixels: 8 and 16 bits and floats, RGB and RGBA, blended, dithered; and on planes
 * of 16 bits.
 */
import type { Case, Exact, Form, Place } from "../case.js";
import {
  applyPixelNetwork,
  applyPixelNetworkToPlanes,
  DITHER_SIDE,
  ditherMatrix,
  type PixelData,
  type PixelNetwork,
} from "../library.js";
import { Random } from "../random.js";
import { absolute, inFloat64, mayCancel, spoil, valuesOf } from "../values.js";
import { aims, drawFreely, type Interleaved, isValid, pixelKinds, simplest } from "./interleaved-space.js";
import { outputByDefinition } from "./network-definition.js";
import { callsMath, inFloat64Network, networkOf, termsNetwork, weightsOf } from "./networks.js";

export const interleavedForm: Form<Interleaved> = {
  name: "interleaved pixels",
  share: 30,
  simplest,
  draw: drawFreely,
  aims,
  isValid,
  prepare,
};

function prepare(one: Interleaved): Case {
  const { before, count, pixelChannels: channels, share, dither } = one;
  const network = tamed(networkOf(one, one.seed));
  const pixels = pixelsOf(one);
  const range = { first: before, end: before + count };
  // Whole numbers are between 0 and 1.
  const cancels = mayCancel(one.weight, one.kind === "floats" ? one.values : "one sign");
  return {
    isEngineBound: callsMath(one) || one.spoiler !== "none",
    isHeavy: weightsOf(one) * count > 5e5,
    isChained: true,
    run: (place: Place) => {
      if (one.layout === "planes")
        return { pixels: throughPlanes(network, pixels as Uint16Array, share, place) };
      // A copy: the call works in place.
      const applied = place(pixels.slice() as PixelData);
      const options = { channels, share, ...(dither > 0 && { dither: { width: dither } }) };
      applyPixelNetwork({ network, pixels: applied, ...range, ...options });
      return { pixels: applied };
    },
    exact: () => exactPixels(one, inFloat64Network(network), pixels, inFloat64),
    terms: cancels
      ? () => exactPixels({ ...one, dither: 0 }, termsNetwork(network), pixels, absolute)
      : undefined,
  };
}

function throughPlanes(network: PixelNetwork, pixels: Uint16Array, share: number, place: Place): Uint16Array {
  const plane = (channel: number) => place(pixels.filter((_, entry) => entry % 3 === channel));
  const planes = [plane(0), plane(1), plane(2)] as const;
  applyPixelNetworkToPlanes({ network, planes, share });
  return pixels.map((_, entry) => planes[entry % 3]?.[Math.floor(entry / 3)] ?? 0);
}

/** Outputs near the middle of the range, so that most are not clamped. */
export function tamed({ layers, residual }: PixelNetwork): PixelNetwork {
  const last = layers.length - 1;
  return {
    residual,
    layers: layers.map((layer, index) => {
      if (index < last) return layer;
      const weight = layer.weight.map((value) => value * 0.2);
      return { ...layer, weight, bias: layer.bias?.map((value) => 0.3 + 0.2 * value) };
    }),
  };
}

function pixelsOf({
  kind,
  pixelChannels,
  before,
  count,
  after,
  values,
  spoiler,
  seed,
}: Interleaved): PixelData {
  const { top, create } = pixelKinds[kind];
  const length = pixelChannels * (before + count + after);
  const pixels = create(length);
  if (pixels instanceof Float32Array) {
    pixels.set(valuesOf(values, seed, "pixels", length, pixelChannels));
    return spoil(pixels, spoiler, seed);
  }
  const random = new Random(seed, "pixels");
  for (let i = 0; i < length; i++) pixels[i] = random.integer(0, top);
  return pixels;
}

/** Blended and in units of the data, not rounded; where a dither is, as far from a half as from its threshold. */
function exactPixels(
  { kind, pixelChannels: channels, before, count, share, dither }: Interleaved,
  network: PixelNetwork,
  pixels: PixelData,
  as: (values: Float32Array) => Float64Array,
): Exact {
  const { top } = pixelKinds[kind];
  const exact = as(Float32Array.from(pixels));
  if (share === 0) return { pixels: exact };
  const at = (pixel: number, channel: number) => (before + pixel) * channels + channel;
  const image = Float64Array.from({ length: 3 * count }, (_, i) => {
    return (exact[at(i % count, Math.floor(i / count))] as number) / top;
  });
  const output = outputByDefinition(network, { data: image, pixels: count });
  for (let pixel = 0; pixel < count; pixel++) {
    const lift = dither === 0 ? 0 : thresholdAt(before + pixel, dither) - 0.5;
    for (let channel = 0; channel < 3; channel++) {
      const from = image[channel * count + pixel] as number;
      const to = output[channel * count + pixel] as number;
      // Infinity - Infinity is NaN, also where nothing is blended.
      const blended = share === 1 ? to : from + share * (to - from);
      exact[at(pixel, channel)] = blended * top + lift;
    }
  }
  return { pixels: exact };
}

function thresholdAt(pixel: number, width: number): number {
  const column = (pixel % width) % DITHER_SIDE;
  const row = Math.floor(pixel / width) % DITHER_SIDE;
  return ditherMatrix[row * DITHER_SIDE + column] as number;
}
