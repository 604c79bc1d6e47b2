/** What no colour map can explain of a pair, and where: equal colours before that are not equal after. */
import { BoxSums } from "../core/box-sums.js";
import { median } from "../core/robust.js";
import { fitColourMap, mapColours } from "./colour-map.js";
import { type ErrorShares, errorShares } from "./error-shares.js";
import { lengthsOf } from "./planes.js";
import type { Size } from "./warp.js";

/** A small copy of a pair whose pixels lie on each other, planar `[3,height,width]`. */
export interface SmallPair {
  readonly width: number;
  readonly height: number;
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** 0 where one of the two has nothing, else 1. */
  readonly inside: Float32Array;
}

export interface LocalEdits {
  /** 1 where a pixel belongs to a local edit, `[height,width]`. */
  readonly mask: Uint8Array;
  /** How far every pixel is from the best colour map, root mean square over channels, `[height,width]`. */
  readonly distance: Float32Array;
  /** The share of the squared change from before to after that no colour map explains: all of it, and outside the mask. */
  readonly unexplained: number;
  readonly unexplainedOutside: number;
  /** Of which kind that is. */
  readonly shares: ErrorShares;
}

/** Cells per axis in which a cubic is put right. */
const CELLS = 16;
const MAP_COLOURS = 8000;
const ROUNDS = 4;
/**
 * What lies this near to an edit, as a share of the longer side, does not say what is normal: of a brush over colours that
 * are nowhere else, what it made of them would be.
 */
const DOUBTFUL = 1 / 20;
/** Half the side of the square over which differences are averaged, as a share of the longer side: grain averages out. */
const SPREAD = 1 / 100;
/** A difference that counts: in 255ths, and in medians. Healthy pairs stay below half of it. */
const LEAST_DIFFERENCE = 10 / 255;
const MEDIANS = 8;
/** Smaller ones are chance, and larger ones are no local edit. */
const LEAST_AREA = 0.001;
const MOST_AREA = 0.35;
/** An edit fades out beyond where it is seen: to this share of a difference that counts, and a little further. */
const FADED = 1 / 2;
const MARGIN = 1 / 80;

export function findLocalEdits(pair: SmallPair): LocalEdits {
  const pixels = pair.width * pair.height;
  let mask: Uint8Array = new Uint8Array(pixels);
  let residuals = pair.after;
  for (let round = 0; round < ROUNDS; round++) {
    residuals = unexplainedOf(pair, widened(mask, pair, DOUBTFUL));
    const next = maskOf(pair, residuals);
    const area = next.reduce((sum, one) => sum + one, 0) / pixels;
    if (area === 0 && round === 0) break;
    if (area > MOST_AREA) {
      mask = new Uint8Array(pixels);
      residuals = unexplainedOf(pair, mask);
      break;
    }
    mask = next;
  }
  return {
    ...{ mask, distance: lengthsOf(residuals), ...sharesOf(pair, residuals, mask) },
    shares: errorShares(residuals, mask, pair.inside, pair),
  };
}

/** The photo after less the best colour map of the photo before, as those pixels say that are not masked. */
function unexplainedOf({ before, after, inside }: SmallPair, mask: Uint8Array): Float32Array {
  const pixels = inside.length;
  const weights = inside.map((one, pixel) => (mask[pixel] === 1 ? 0 : one));
  const step = Math.max(1, Math.floor(pixels / MAP_COLOURS));
  const mapped = mapColours(fitColourMap(before, after, weights, step), before);
  const residuals = after.map(
    (value, at) => (value - (mapped[at] as number)) * (inside[at % pixels] as number),
  );
  const cell = (pixel: number): number =>
    [0, 1, 2].reduce((at, channel) => {
      const level = Math.floor(CELLS * (before[channel * pixels + pixel] as number));
      return CELLS * at + Math.min(CELLS - 1, Math.max(0, level));
    }, 0);
  const cells = Int32Array.from({ length: pixels }, (_, pixel) => cell(pixel));
  for (let channel = 0; channel < 3; channel++) {
    const plane = residuals.subarray(channel * pixels, (channel + 1) * pixels);
    const [sums, counts] = [new Float64Array(CELLS ** 3), new Float64Array(CELLS ** 3)];
    cells.forEach((at, pixel) => {
      const weight = weights[pixel] as number;
      sums[at] = (sums[at] as number) + weight * (plane[pixel] as number);
      counts[at] = (counts[at] as number) + weight;
    });
    cells.forEach((at, pixel) => {
      if ((counts[at] as number) === 0 || inside[pixel] === 0) return;
      plane[pixel] = (plane[pixel] as number) - (sums[at] as number) / (counts[at] as number);
    });
  }
  return residuals;
}

function maskOf({ width, height, inside }: SmallPair, residuals: Float32Array): Uint8Array {
  const radius = Math.max(1, Math.round(SPREAD * Math.max(width, height)));
  const smooth = new Float32Array(residuals.length);
  const pixels = width * height;
  for (let channel = 0; channel < 3; channel++) {
    const plane = residuals.subarray(channel * pixels, (channel + 1) * pixels);
    smooth.set(new BoxSums(plane, width, height).around(radius), channel * pixels);
  }
  const distance = lengthsOf(smooth);
  const far = Math.max(
    LEAST_DIFFERENCE,
    MEDIANS * (median(distance.filter((_, pixel) => inside[pixel] === 1)) ?? 0),
  );
  const seeds = Uint8Array.from(distance, (value, pixel) => (value > far && inside[pixel] === 1 ? 1 : 0));
  const faded = Uint8Array.from(distance, (value, pixel) =>
    value > FADED * far && inside[pixel] === 1 ? 1 : 0,
  );
  const kept = areasWith(seeds, faded, { width, height, least: LEAST_AREA * pixels });
  return widened(kept, { width, height }, MARGIN);
}

/** The mask and what lies within a share of the longer side around it. */
function widened(mask: Uint8Array, { width, height }: Size, share: number): Uint8Array {
  const margin = Math.round(share * Math.max(width, height));
  const near = new BoxSums(Float32Array.from(mask), width, height).around(margin);
  return Uint8Array.from(near, (part) => (part > 0 ? 1 : 0));
}

/** Those areas of neighbours among `pixels` that hold as many seeds. */
function areasWith(
  seeds: Uint8Array,
  pixels: Uint8Array,
  { width, height, least }: Size & { readonly least: number },
): Uint8Array {
  const kept = new Uint8Array(pixels.length);
  const seen = Uint8Array.from(pixels);
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 0) continue;
    seen[start] = 0;
    const area = [start];
    for (let nth = 0; nth < area.length; nth++) {
      const pixel = area[nth] as number;
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (const [nextX, nextY] of [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const) {
        if (nextX < 0 || nextY < 0 || nextX >= width || nextY >= height) continue;
        const next = nextY * width + nextX;
        if (seen[next] === 0) continue;
        seen[next] = 0;
        area.push(next);
      }
    }
    const held = area.reduce((sum, pixel) => sum + (seeds[pixel] as number), 0);
    if (held >= least) for (const pixel of area) kept[pixel] = 1;
  }
  return kept;
}

function sharesOf(
  { before, after, inside }: SmallPair,
  residuals: Float32Array,
  mask: Uint8Array,
): Pick<LocalEdits, "unexplained" | "unexplainedOutside"> {
  const pixels = inside.length;
  let [error, change, errorOutside, changeOutside] = [0, 0, 0, 0];
  for (let at = 0; at < residuals.length; at++) {
    const pixel = at % pixels;
    if (inside[pixel] === 0) continue;
    const [off, moved] = [
      (residuals[at] as number) ** 2,
      ((after[at] as number) - (before[at] as number)) ** 2,
    ];
    error += off;
    change += moved;
    if (mask[pixel] === 1) continue;
    errorOutside += off;
    changeOutside += moved;
  }
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.min(1, part / whole));
  return { unexplained: share(error, change), unexplainedOutside: share(errorOutside, changeOutside) };
}
