/**
 * Applies a pixel network to pixels as image files hold them: interleaved RGB or RGBA, 8 or 16 bits or
 * float, in place, a chunk at a time. Working memory is two planar chunks, whatever the image's size.
 */
import { ShapeError, ValueError } from "../core/errors.js";
import { type PixelNetwork, pixelNetworkForward } from "../kernels/index.js";

/** Pixels a chunk: three float planes in and out stay inside a 1 MB cache. */
const CHUNK_PIXELS = 16_384;

/** Interleaved pixels; whole numbers span 0 to 255 or 65535, floats 0 to 1. */
export type PixelData = Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array;

export interface ApplyOptions {
  /** 3 for RGB, 4 for RGBA; alpha is not touched. */
  readonly channels: 3 | 4;
  /** 0 leaves every pixel as it is, 1 (the default) applies the whole look; in between it blends the two. */
  readonly strength?: number;
}

/**
 * Applies the network to every pixel of `pixels`, in place. Whole numbers are rounded to the nearest and
 * clamped to their range; floats are left as the network gives them, also outside 0 to 1.
 *
 * @throws {ShapeError} when the data is not a whole number of pixels.
 * @throws {ValueError} when the strength lies outside 0 to 1.
 */
export function applyNetwork(
  network: PixelNetwork,
  pixels: PixelData,
  { channels, strength = 1 }: ApplyOptions,
): void {
  const count = pixels.length / channels;
  if (!Number.isInteger(count)) {
    throw new ShapeError({
      where: "applyNetwork",
      expected: `a whole number of pixels of ${channels} values`,
      received: `${pixels.length} values`,
    });
  }
  const { network: blended, share } = withStrength(network, strength);
  if (isIdentity(blended) || share === 0) return;
  const chunk = Math.min(CHUNK_PIXELS, count);
  const input = new Float32Array(3 * chunk);
  const output = new Float32Array(3 * chunk);
  for (let start = 0; start < count; start += chunk) {
    const size = Math.min(chunk, count - start);
    const image = size === chunk ? input : input.subarray(0, 3 * size);
    const result = size === chunk ? output : output.subarray(0, 3 * size);
    readPlanes(pixels, channels, start, size, image);
    pixelNetworkForward({ network: blended, image, pixels: size, output: result });
    if (share !== 1) mixPlanes(image, result, share);
    writePlanes(result, pixels, channels, start, size);
  }
}

/** True when the network returns every input as it came: a residual whose last layer is all zero. */
export function isIdentity({ layers, residual }: PixelNetwork): boolean {
  const last = layers.at(-1);
  return (
    residual &&
    last?.weight.every((value) => value === 0) === true &&
    (last.bias?.every((value) => value === 0) ?? true)
  );
}

/**
 * The network at a strength. A residual network's last layer is scaled, which is exact and costs nothing;
 * without a residual the blend is left to the caller as `share`.
 */
export function withStrength(
  network: PixelNetwork,
  strength: number,
): { network: PixelNetwork; share: number } {
  if (!(strength >= 0 && strength <= 1)) {
    throw new ValueError({ where: "strength", expected: "a number from 0 to 1", received: String(strength) });
  }
  const last = network.layers.at(-1);
  if (strength === 1 || last === undefined) return { network, share: 1 };
  if (!network.residual) return { network, share: strength };
  const scale = (values: Float32Array | Float64Array): Float32Array =>
    Float32Array.from(values, (value) => value * strength);
  const scaled = { ...last, weight: scale(last.weight), bias: last.bias && scale(last.bias) };
  return { network: { ...network, layers: [...network.layers.slice(0, -1), scaled] }, share: 1 };
}

function fullScale(pixels: PixelData): number {
  if (pixels instanceof Float32Array) return 1;
  return pixels instanceof Uint16Array ? 65_535 : 255;
}

function readPlanes(
  pixels: PixelData,
  channels: number,
  start: number,
  size: number,
  planes: Float32Array,
): void {
  const scale = 1 / fullScale(pixels);
  let from = start * channels;
  for (let pixel = 0; pixel < size; pixel++) {
    planes[pixel] = (pixels[from] as number) * scale;
    planes[size + pixel] = (pixels[from + 1] as number) * scale;
    planes[2 * size + pixel] = (pixels[from + 2] as number) * scale;
    from += channels;
  }
}

function writePlanes(
  planes: Float32Array,
  pixels: PixelData,
  channels: number,
  start: number,
  size: number,
): void {
  const top = fullScale(pixels);
  const isFloat = pixels instanceof Float32Array;
  for (let channel = 0; channel < 3; channel++) {
    let to = start * channels + channel;
    const end = (channel + 1) * size;
    for (let from = channel * size; from < end; from++) {
      const value = planes[from] as number;
      pixels[to] = isFloat ? value : Math.floor(Math.min(Math.max(value * top + 0.5, 0), top));
      to += channels;
    }
  }
}

function mixPlanes(input: Float32Array, output: Float32Array, share: number): void {
  for (let i = 0; i < output.length; i++) {
    const from = input[i] as number;
    output[i] = from + share * ((output[i] as number) - from);
  }
}
