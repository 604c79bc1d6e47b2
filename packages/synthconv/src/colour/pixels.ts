import {
  ANY_FLOATS,
  check,
  type FloatArray,
  type Kind,
  oneOf,
  repairedBy,
  ShapeError,
} from "../core/index.js";

/**
 * How an array of N colours is laid out: `interleaved` r g b r g b ... (`[N,3]`), or `planar`, all reds, then
 * all greens, then all blues (`[3,N]`).
 */
export type PixelLayout = "interleaved" | "planar";

/** Steps, in entries, through an array of colours. */
export interface PixelStrides {
  /** Number of colours N. */
  readonly count: number;
  /** From one colour to the next. */
  readonly pixel: number;
  /** From one channel of a colour to its next channel. */
  readonly channel: number;
}

export const COLOURS: Kind<FloatArray> = repairedBy(ANY_FLOATS, (value) => {
  if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) return scaled(255);
  if (value instanceof Uint16Array) return scaled(65535);
  return Array.isArray(value) ? "Write Float32Array.from(colours)." : undefined;
});

function scaled(top: number): string {
  return `Write Float32Array.from(pixels, (value) => value / ${top}).`;
}

export const LAYOUT: Kind<PixelLayout> = oneOf(["interleaved", "planar"]);

/**
 * @throws {ShapeError} when the length is no multiple of 3.
 * @throws {ValueError} for another layout.
 */
export function pixelStrides(where: string, colours: FloatArray, layout: PixelLayout): PixelStrides {
  // Called for single colours, too.
  if (layout !== "interleaved" && layout !== "planar") check(where, "layout", layout, LAYOUT);
  if (colours.length % 3 !== 0) {
    throw new ShapeError({
      where,
      expected: "three numbers (red, green, blue) for each colour",
      received: `${colours.length} numbers`,
      repair: "Drop the alpha channel and repeat a grey channel three times first.",
    });
  }
  const count = colours.length / 3;
  return layout === "planar" ? { count, pixel: 1, channel: count } : { count, pixel: 3, channel: 1 };
}

/**
 * @throws {ValueError} when one is no array of floats.
 * @throws {ShapeError} when two arrays that belong together differ in length.
 */
export function checkSameLength(
  where: string,
  nameA: string,
  a: FloatArray,
  nameB: string,
  b: FloatArray,
): void {
  check(where, nameA, a, COLOURS);
  check(where, nameB, b, COLOURS);
  if (a.length === b.length) return;
  throw new ShapeError({
    where,
    expected: "two arrays of the same length",
    received: `${a.length} and ${b.length} numbers`,
    repair: "Bring both images to the same size first.",
  });
}
