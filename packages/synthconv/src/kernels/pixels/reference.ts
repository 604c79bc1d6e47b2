/** The meaning of applying a network to pixels, for every network; the conversions are float64. */
import { pixelNetworkForward } from "../pixel-network/index.js";
import { DITHER_SIDE, ditherMatrix } from "./dither.js";
import { type CheckedCall, topOf } from "./pixels.js";

// Three planes in and out, 192 KB, stay in the second cache.
const CHUNK = 8192;

/** One chunk of a call: `count` pixels from `first` on. */
interface Chunk {
  readonly call: CheckedCall;
  readonly first: number;
  readonly count: number;
}

export function applyReference(call: CheckedCall): void {
  const { network, share, first, end } = call;
  const most = Math.min(CHUNK, end - first);
  const input = new Float32Array(3 * most);
  const output = new Float32Array(3 * most);
  for (let start = first; start < end; start += most) {
    const count = Math.min(most, end - start);
    const chunk = { call, first: start, count };
    const image = input.subarray(0, 3 * count);
    const result = output.subarray(0, 3 * count);
    unpack(chunk, image);
    pixelNetworkForward({ network, image, pixels: count, output: result });
    if (share !== 1) blendPlanes(image, result, share);
    pack(chunk, result);
  }
}

/** output = image + share (output - image). */
export function blendPlanes(image: Float32Array, output: Float32Array, share: number): void {
  for (let i = 0; i < output.length; i++) {
    const from = image[i] as number;
    output[i] = from + share * ((output[i] as number) - from);
  }
}

function unpack({ call: { pixels, channels }, first, count }: Chunk, planes: Float32Array): void {
  const top = topOf(pixels);
  for (let channel = 0; channel < 3; channel++) {
    let from = first * channels + channel;
    for (let to = channel * count; to < (channel + 1) * count; to++) {
      planes[to] = (pixels[from] as number) / top;
      from += channels;
    }
  }
}

function pack({ call: { pixels, channels, dither }, first, count }: Chunk, planes: Float32Array): void {
  const top = topOf(pixels);
  const isFloat = pixels instanceof Float32Array;
  for (let channel = 0; channel < 3; channel++) {
    let to = first * channels + channel;
    for (let pixel = 0; pixel < count; pixel++) {
      const value = planes[channel * count + pixel] as number;
      const threshold = dither === undefined ? 0.5 : thresholdAt(first + pixel, dither.width);
      // Storing NaN makes it 0.
      pixels[to] = isFloat ? value : Math.floor(Math.min(Math.max(value * top + threshold, 0), top));
      to += channels;
    }
  }
}

function thresholdAt(pixel: number, width: number): number {
  const column = (pixel % width) % DITHER_SIDE;
  const row = Math.floor(pixel / width) % DITHER_SIDE;
  return ditherMatrix[row * DITHER_SIDE + column] as number;
}
