/**
 * Registers a pair by its colours: the photo before through a colour map is held against the photo after, and the warp
 * that lies between the two is found by steps of Gauss and Newton (Lucas and Kanade, IJCAI 1981), from coarse to fine. The
 * colour map is found anew at every step, so that what the edit does to colours does not matter; pixels that are far from
 * it (a brush, a logo) count little.
 */
import { cauchyWeight, robustDeviation } from "../core/robust.js";
import { fitColourMap, mapColours } from "./colour-map.js";
import { lengthsOf, type Planes } from "./planes.js";
import { distanceOf, halfDiagonal, type Size, type Warp } from "./warp.js";
import { WarpEquations } from "./warp-equations.js";

/** Colours that a map is found from. */
const MAP_COLOURS = 4000;
/** Half diagonals: a hundredth of a pixel of a photo of 800. */
const STILL = 2e-5;
/** Pixels that two copies have in common: a warp of seven numbers makes fewer agree whatever they show. */
const LEAST_COMMON = 400;
/** Half a code of 8 bits. */
const LEAST_SCATTER = 0.5 / 255;
const RIDGE = 1e-9;

export interface Registration {
  readonly warp: Warp;
  /** Robust standard deviation of the photo after from the mapped photo before. */
  readonly scatter: number;
  /** How much of what the photo after has of edges is where the photo before has them, -1 to 1. */
  readonly agreement: number;
}

export interface View extends Planes {
  /** Of the photo, from which this is shrunk. */
  readonly full: Size;
}

export interface RegisterOptions {
  /** At most. */
  readonly rounds: number;
  /** Whether the lens is searched, too. */
  readonly lens: boolean;
}

export function register(
  before: View,
  after: View,
  start: Warp,
  { rounds, lens }: RegisterOptions,
): Registration {
  let warp = start;
  for (let round = 0; round < rounds; round++) {
    const last = warp;
    warp = gaussNewton(before, after, warp, lens);
    if (distanceOf(last, warp) < STILL) break;
  }
  const { scatter, agreement } = compare(before, after, warp);
  return { warp, scatter, agreement };
}

/** The photo after at the pixels of the photo before, with its slopes. */
interface Sampled {
  /** Planar `[3,P]`: values, and by how much they grow per pixel of the photo after. */
  readonly values: Float32Array;
  readonly slopeX: Float32Array;
  readonly slopeY: Float32Array;
  /** 1 inside the photo after, 0 outside. */
  readonly inside: Float32Array;
}

function sample(before: View, after: View, warp: Warp): Sampled {
  const pixels = before.width * before.height;
  const [values, slopeX, slopeY] = [0, 1, 2].map(() => new Float32Array(3 * pixels)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const inside = new Float32Array(pixels);
  const { width, height, data, factor, full } = after;
  const size = width * height;
  const { xx, xy, x0, yx, yy, y0, k } = warp;
  // From half diagonals to pixels of the small copy, from the upper left one's center.
  const pitch = halfDiagonal(full) / factor;
  const [middleX, middleY] = [full.width / 2 / factor - 0.5, full.height / 2 / factor - 0.5];
  eachPixel(before, (pixel, u, v) => {
    const bend = 1 + k * (u * u + v * v);
    const x = pitch * ((xx * u + xy * v) * bend + x0) + middleX;
    const y = pitch * ((yx * u + yy * v) * bend + y0) + middleY;
    const column = Math.floor(x);
    const row = Math.floor(y);
    if (!(column >= 1 && row >= 1 && column < width - 2 && row < height - 2)) return;
    inside[pixel] = 1;
    const right = x - column;
    const down = y - row;
    for (let channel = 0; channel < 3; channel++) {
      const at = channel * size + row * width + column;
      const p00 = data[at] as number;
      const p01 = data[at + 1] as number;
      const p10 = data[at + width] as number;
      const p11 = data[at + width + 1] as number;
      const to = channel * pixels + pixel;
      const upper = p00 + right * (p01 - p00);
      const lower = p10 + right * (p11 - p10);
      values[to] = upper + down * (lower - upper);
      slopeX[to] = (p01 - p00) * (1 - down) + (p11 - p10) * down;
      slopeY[to] = lower - upper;
    }
  });
  return { values, slopeX, slopeY, inside };
}

/** Coordinates of a small copy's pixel, of the whole photo, in half diagonals from its center. */
export function eachPixel(view: View, visit: (pixel: number, u: number, v: number) => void): void {
  const { width, height, factor, full } = view;
  const unit = halfDiagonal(full);
  for (let row = 0, pixel = 0; row < height; row++) {
    const v = ((row + 0.5) * factor - full.height / 2) / unit;
    for (let column = 0; column < width; column++, pixel++) {
      visit(pixel, ((column + 0.5) * factor - full.width / 2) / unit, v);
    }
  }
}

function gaussNewton(before: View, after: View, warp: Warp, lens: boolean): Warp {
  const sampled = sample(before, after, warp);
  const { residuals, weights } = residualsOf(before, sampled);
  const pixels = weights.length;
  const { slopeX, slopeY } = sampled;
  const equations = new WarpEquations();
  const place = new Float64Array([0, 0, 1]);
  const pitch = halfDiagonal(after.full) / after.factor;
  eachPixel(before, (pixel, u, v) => {
    const weight = weights[pixel] as number;
    if (weight === 0) return;
    let [xx, xy, yy, xr, yr] = [0, 0, 0, 0, 0];
    for (let at = pixel; at < 3 * pixels; at += pixels) {
      const x = pitch * (slopeX[at] as number);
      const y = pitch * (slopeY[at] as number);
      const residual = residuals[at] as number;
      xx += weight * x * x;
      xy += weight * x * y;
      yy += weight * y * y;
      xr += weight * x * residual;
      yr += weight * y * residual;
    }
    const square = u * u + v * v;
    const bend = 1 + warp.k * square;
    place[0] = u * bend;
    place[1] = v * bend;
    const lensX = lens ? square * (warp.xx * u + warp.xy * v) : 0;
    const lensY = lens ? square * (warp.yx * u + warp.yy * v) : 0;
    equations.add(place, lensX, lensY, { xx, xy, yy, xr, yr });
  });
  const step = equations.solve(RIDGE);
  const [xx, xy, x0, yx, yy, y0, k] = step as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!step.every(Number.isFinite)) return warp;
  return {
    ...{ xx: warp.xx + xx, xy: warp.xy + xy, x0: warp.x0 + x0 },
    ...{ yx: warp.yx + yx, yy: warp.yy + yy, y0: warp.y0 + y0, k: warp.k + k },
  };
}

/** Of the photo after from the mapped photo before, `[3,P]`, with weights that leave out what is outside or far. */
function residualsOf(
  before: View,
  { values, inside }: Sampled,
): { residuals: Float32Array; weights: Float32Array; scatter: number; mapped: Float32Array } {
  const pixels = inside.length;
  // Odd, so that it meets all columns of a photo of an even width.
  const step = Math.max(1, Math.floor(pixels / MAP_COLOURS)) | 1;
  const [colours, seen, within] = [before.data, values, inside].map((planes) =>
    everyNth(planes, pixels, step),
  ) as [Float32Array, Float32Array, Float32Array];
  const first = mapColours(fitColourMap(colours, seen, within, 1), colours);
  const lengths = lengthsOf(differenceOf(seen, first));
  const near = weightsOf(lengths, within, deviationOf(lengths, within));
  const mapped = mapColours(fitColourMap(colours, seen, near, 1), before.data);
  const residuals = differenceOf(values, mapped);
  const allLengths = lengthsOf(residuals);
  const scatter = deviationOf(everyNth(allLengths, pixels, step), within);
  return { residuals, weights: weightsOf(allLengths, inside, scatter), scatter, mapped };
}

function deviationOf(lengths: Float32Array, inside: Float32Array): number {
  return robustDeviation(Array.from(lengths).filter((_, nth) => inside[nth] === 1));
}

/** By their distance, 0 outside. */
function weightsOf(lengths: Float32Array, inside: Float32Array, scatter: number): Float32Array {
  const deviation = Math.max(scatter, LEAST_SCATTER);
  return lengths.map((length, pixel) => (inside[pixel] === 1 ? cauchyWeight(length, deviation) : 0));
}

function differenceOf(one: Float32Array, other: Float32Array): Float32Array {
  const difference = new Float32Array(one.length);
  for (let at = 0; at < one.length; at++) difference[at] = (one[at] as number) - (other[at] as number);
  return difference;
}

/** Of each plane `[pixels]` every so many entries: some thousand tell a map and a median. */
function everyNth(planes: Float32Array, pixels: number, step: number): Float32Array {
  const each = Math.ceil(pixels / step);
  const chosen = new Float32Array((planes.length / pixels) * each);
  for (let at = 0; at < chosen.length; at++) {
    chosen[at] = planes[Math.floor(at / each) * pixels + (at % each) * step] as number;
  }
  return chosen;
}

/**
 * Edges of the mapped photo before against those of the photo after: the correlation of their slopes, over all pixels
 * that both photos have. Slopes and not values: a frame around another picture has values, too.
 */
function compare(before: View, after: View, warp: Warp): { scatter: number; agreement: number } {
  const sampled = sample(before, after, warp);
  const { scatter, mapped } = residualsOf(before, sampled);
  const { width, height } = before;
  const pixels = width * height;
  let [both, one, other] = [0, 0, 0];
  for (let channel = 0; channel < 3; channel++) {
    for (let row = 0; row + 1 < height; row++) {
      for (let column = 0; column + 1 < width; column++) {
        const pixel = row * width + column;
        const isInside =
          sampled.inside[pixel] === 1 &&
          sampled.inside[pixel + 1] === 1 &&
          sampled.inside[pixel + width] === 1;
        if (!isInside) continue;
        const at = channel * pixels + pixel;
        for (const next of [at + 1, at + width]) {
          const slope = (mapped[next] as number) - (mapped[at] as number);
          const seen = (sampled.values[next] as number) - (sampled.values[at] as number);
          both += slope * seen;
          one += slope * slope;
          other += seen * seen;
        }
      }
    }
  }
  const common = sampled.inside.reduce((sum, value) => sum + value, 0);
  const isKnown = common >= LEAST_COMMON && one * other > 0;
  return { scatter, agreement: isKnown ? both / Math.sqrt(one * other) : 0 };
}
