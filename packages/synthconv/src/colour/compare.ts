import { type FloatArray, NonFiniteError, RunningSum, ValueError } from "../core/index.js";
import { ciede2000, deltaE76 } from "./delta-e.js";
import { labOfRange } from "./lab.js";
import { checkSameLength, type PixelLayout, type PixelStrides, pixelStrides } from "./pixels.js";
import { ErrorAccumulator, type ErrorStatistics } from "./statistics.js";

/** How far two sets of colours lie apart. */
export interface ColourDifference {
  /** Peak signal-to-noise ratio in decibels with peak 1, over all channels; Infinity when nothing differs. */
  readonly psnr: number;
  /** CIE 1976 differences; around 2.3 is just noticeable. */
  readonly deltaE76: ErrorStatistics;
  /** CIEDE2000 differences; around 1 is just noticeable. */
  readonly deltaE2000: ErrorStatistics;
}

// Two blocks of Lab in float64 and two of differences stay in a first-level cache of 32 KB.
const BLOCK = 512;

/** Gathers the difference of two images part by part (rows, tiles): memory does not grow with them. */
export class ColourComparison {
  readonly #deltaE76 = new ErrorAccumulator();
  readonly #deltaE2000 = new ErrorAccumulator();
  readonly #labA = new Float64Array(3 * BLOCK);
  readonly #labB = new Float64Array(3 * BLOCK);
  readonly #errors76 = new Float64Array(BLOCK);
  readonly #errors2000 = new Float64Array(BLOCK);
  readonly #squares = new RunningSum();
  #values = 0;

  /**
   * Adds N colours of each side: encoded sRGB, nominally 0..1; values beyond count as they are (see
   * `srgbToLinear`), so clamp first what will be shown clamped.
   *
   * @throws {ShapeError} when the lengths differ or are no multiple of 3; {NonFiniteError} for NaN or Infinity;
   *   {ValueError} for arrays of another kind and another layout.
   */
  add(a: FloatArray, b: FloatArray, layout: PixelLayout = "interleaved"): void {
    checkSameLength("compareColours", "a", a, "b", b);
    const strides = pixelStrides("compareColours", a, layout);
    this.#squares.add(sumOfSquares("compareColours", a, b));
    this.#values += a.length;
    for (let first = 0; first < strides.count; first += BLOCK) {
      this.#addBlock(a, b, strides, first, Math.min(BLOCK, strides.count - first));
    }
  }

  #addBlock(a: FloatArray, b: FloatArray, strides: PixelStrides, first: number, count: number): void {
    const labA = this.#labA;
    const labB = this.#labB;
    labOfRange(a, strides, first, count, labA);
    labOfRange(b, strides, first, count, labB);
    for (let index = 0, lab = 0; index < count; index++, lab += 3) {
      const l1 = labA[lab] as number;
      const a1 = labA[lab + 1] as number;
      const b1 = labA[lab + 2] as number;
      const l2 = labB[lab] as number;
      const a2 = labB[lab + 1] as number;
      const b2 = labB[lab + 2] as number;
      this.#errors76[index] = deltaE76(l1, a1, b1, l2, a2, b2);
      this.#errors2000[index] = ciede2000(l1, a1, b1, l2, a2, b2);
    }
    this.#deltaE76.add(this.#errors76.subarray(0, count));
    this.#deltaE2000.add(this.#errors2000.subarray(0, count));
  }

  /** @throws {ValueError} when no colour was added. */
  result(): ColourDifference {
    requireColours("compareColours", this.#values);
    return {
      psnr: decibels(this.#squares.value / this.#values),
      deltaE76: this.#deltaE76.result(),
      deltaE2000: this.#deltaE2000.result(),
    };
  }
}

/** PSNR, CIE 1976 and CIEDE2000 differences of two arrays of colours; see {@link ColourComparison.add}. */
export function compareColours(
  a: FloatArray,
  b: FloatArray,
  layout: PixelLayout = "interleaved",
): ColourDifference {
  const comparison = new ColourComparison();
  comparison.add(a, b, layout);
  return comparison.result();
}

/**
 * Peak signal-to-noise ratio in decibels of two arrays whose peak is 1; Infinity when they are equal.
 *
 * @throws {ShapeError} when the lengths differ; {NonFiniteError} for NaN or Infinity; {ValueError} when empty.
 */
export function psnr(a: FloatArray, b: FloatArray): number {
  checkSameLength("psnr", "a", a, "b", b);
  requireColours("psnr", a.length);
  return decibels(sumOfSquares("psnr", a, b) / a.length);
}

function requireColours(where: string, values: number): void {
  if (values === 0) throw new ValueError({ where, expected: "at least one colour", received: "none" });
}

function decibels(meanSquare: number): number {
  return -10 * Math.log10(meanSquare);
}

function sumOfSquares(where: string, a: FloatArray, b: FloatArray): number {
  const total = new RunningSum();
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    total.add(difference * difference);
  }
  const { value } = total;
  if (!Number.isFinite(value)) refuseNonFinite(where, a, b);
  return value;
}

function refuseNonFinite(where: string, a: FloatArray, b: FloatArray): never {
  for (const values of [a, b]) {
    const position = values.findIndex((value: number) => !Number.isFinite(value));
    if (position < 0) continue;
    throw new NonFiniteError({
      where,
      expected: "finite colours",
      received: `${values[position]} at position ${position}`,
    });
  }
  throw new NonFiniteError({ where, expected: "colours near 0..1", received: "differences that overflow" });
}
