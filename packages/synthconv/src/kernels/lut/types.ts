/** The pixels that a lookup takes, its call, and what an implementation of it is. */
import type { Interpolation, Lut, PixelLayout } from "../../colour/index.js";
import type { Implementation } from "../../core/choices.js";

/** Whole numbers span 0 to 255 or 65535, floats 0 to 1 nominally. */
export type LutPixels = Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array | Float64Array;

export interface ApplyLutOptions<Pixels extends LutPixels = LutPixels> {
  /** 3 (the default) for RGB, 4 for RGBA; alpha is copied as it is. */
  readonly channels?: 3 | 4;
  /** `interleaved` (the default), `[N,channels]`, or `planar`, `[channels,N]`. */
  readonly layout?: PixelLayout;
  /** Default `tetrahedral`. */
  readonly interpolation?: Interpolation;
  /**
   * Where the result goes, as long as the pixels and of their kind; may be the pixels themselves, must not overlap
   * them otherwise. Default: a new array.
   */
  readonly output?: Pixels;
}

/** A lookup whose arguments have been checked. */
export interface LutCall {
  readonly source: LutPixels;
  readonly target: LutPixels;
  /** Number of pixels N. */
  readonly count: number;
  readonly channels: 3 | 4;
  readonly layout: PixelLayout;
  readonly interpolation: Interpolation;
}

/** What 1 is in an array of pixels. */
export function fullScale(pixels: LutPixels): number {
  if (pixels instanceof Float32Array || pixels instanceof Float64Array) return 1;
  return pixels instanceof Uint16Array ? 65_535 : 255;
}

/** Prepared, it maps the pixels from `first` to `end`; it holds until another kernel is called on this thread. */
export type LutImplementation = Implementation<
  [lut: Lut, call: LutCall],
  (first: number, end: number) => void
>;
