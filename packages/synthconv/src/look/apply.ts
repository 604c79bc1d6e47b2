/** Applies the network of a look, at a strength, to pixels as image files hold them or to planes. */
import { activationFunction, DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { CHANNELS, FLOAT32, type Kind, kind, optional, SHARE } from "../core/kinds.js";
import {
  applyPixelNetwork,
  blendPlanes,
  checkDither,
  checkNetwork,
  countPixels,
  type PixelData,
  type PixelDither,
  type PixelNetwork,
  pixelNetworkForward,
} from "../kernels/index.js";

export type { PixelData, PixelDither } from "../kernels/index.js";

export interface ApplyOptions {
  /** 3 for RGB, 4 for RGBA; alpha is not touched. */
  readonly channels: 3 | 4;
  /** 0 leaves every pixel as it is, 1 (the default) applies the whole look; in between it blends the two. */
  readonly strength?: number;
  /** Ordered dither of 8 bits, which hides their steps in smooth areas; needs the width of the image. */
  readonly dither?: PixelDither;
}

/** What it holds is checked against the pixels. */
const DITHER: Kind<PixelDither | undefined> = kind("an object { width }", () => true);
const APPLY_OPTIONS: Fields<ApplyOptions> = {
  channels: CHANNELS,
  strength: optional(SHARE),
  dither: DITHER,
};

/**
 * Applies the network to every pixel of `pixels`, in place. Whole numbers are rounded to the nearest (or dithered)
 * and clamped to their range, NaN becomes 0; floats are left as the network gives them, also outside 0 to 1.
 *
 * @throws {ShapeError} when the data is not a whole number of pixels.
 * @throws {ValueError} when the strength lies outside 0 to 1, or other than 8 bits are to be dithered.
 */
export function applyNetwork(network: PixelNetwork, pixels: PixelData, options: ApplyOptions): void {
  checkNetwork("applyNetwork", network);
  checkOptions("applyNetwork", options, APPLY_OPTIONS);
  const { channels, strength = 1, dither } = options;
  countPixels("applyNetwork", pixels, channels);
  checkDither("applyNetwork", pixels, dither);
  const { network: blended, share } = withStrength(network, strength);
  if (isIdentity(blended) || share === 0) return;
  applyPixelNetwork({ network: blended, pixels, channels, share, dither });
}

/**
 * Applies the network to encoded sRGB in planes, as `applyNetwork` does to floats.
 *
 * @param image [3, P]
 * @param output [3, P], overwritten; not the image itself.
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} when the strength lies outside 0 to 1.
 */
export function applyNetworkToPlanes(
  network: PixelNetwork,
  image: Float32Array,
  output: Float32Array,
  strength = 1,
): void {
  const where = "applyNetworkToPlanes";
  checkNetwork(where, network);
  check(where, "image", image, FLOAT32);
  check(where, "output", output, FLOAT32);
  check(where, "strength", strength, SHARE);
  const { network: blended, share } = withStrength(network, strength);
  pixelNetworkForward({ network: blended, image, pixels: image.length / 3, output });
  if (share !== 1) blendPlanes(image, output, share);
}

/** True when the network returns every input as it came: a residual whose last layer makes nothing but zeros. */
export function isIdentity(network: PixelNetwork): boolean {
  checkNetwork("isIdentity", network);
  const { layers, residual } = network;
  const last = layers.at(-1);
  if (!residual || last === undefined) return false;
  const { weight, bias, activation, negativeSlope = DEFAULT_NEGATIVE_SLOPE } = last;
  const zeros = weight.every((value) => value === 0) && (bias?.every((value) => value === 0) ?? true);
  return zeros && activationFunction("isIdentity", activation).value(0, negativeSlope) === 0;
}

/**
 * The network at a strength. A residual network's last layer is scaled, which is exact and costs nothing;
 * without a residual, or with an activation at the end, the blend is left to the caller as `share`.
 */
export function withStrength(
  network: PixelNetwork,
  strength: number,
): { network: PixelNetwork; share: number } {
  checkNetwork("withStrength", network);
  check("withStrength", "strength", strength, SHARE);
  const last = network.layers.at(-1);
  if (strength === 1 || last === undefined) return { network, share: 1 };
  if (!network.residual || last.activation !== "none") return { network, share: strength };
  const scale = (values: Float32Array | Float64Array): Float32Array =>
    Float32Array.from(values, (value) => value * strength);
  const scaled = { ...last, weight: scale(last.weight), bias: last.bias && scale(last.bias) };
  return { network: { ...network, layers: [...network.layers.slice(0, -1), scaled] }, share: 1 };
}
