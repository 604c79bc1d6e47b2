/** Where a photo after lies in the photo before, when it shows a part of it: a search over sizes and places. */
import type { View } from "./register.js";
import { halfDiagonal, IDENTITY, type Warp } from "./warp.js";

/** Pixels of the longer side before: enough to tell one place of a photo from another, and some million steps. */
const SIDE = 72;
/** From the whole of the photo to this share of its width. */
const LEAST_SHARE = 0.4;
const SHARE_STEP = 0.95;
const CANDIDATES = 4;
/** Places that are tried are this close to each other. */
const NEAR = 3;

interface Edges {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

interface Candidate {
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly edges: Edges;
}

/** The likeliest first. The shape of a pixel stays as it is. */
export function searchCrop(before: View, after: View): Warp[] {
  const scale = SIDE / Math.max(before.width, before.height);
  const picture = edgesOf(before, scale * before.width, scale * before.height);
  const found: Candidate[] = [];
  for (let share = 1; share >= LEAST_SHARE; share *= SHARE_STEP) {
    // The photo after fills this share of the photo before, along the side where it fills more of it.
    const fit = Math.min(picture.width / after.width, picture.height / after.height) * share;
    const part = edgesOf(after, fit * after.width, fit * after.height);
    if (part.width < 12 || part.height < 12) break;
    for (const place of bestPlaces(picture, part)) found.push(place);
  }
  found.sort((a, b) => b.score - a.score);
  return found.slice(0, CANDIDATES).map(({ left, top, edges }) => {
    // From pixels of the small picture before to those of the part, in half diagonals of either photo.
    const [unitBefore, unitAfter] = [halfDiagonal(picture), halfDiagonal(edges)];
    return {
      ...IDENTITY,
      xx: unitBefore / unitAfter,
      yy: unitBefore / unitAfter,
      x0: (picture.width / 2 - left - edges.width / 2) / unitAfter,
      y0: (picture.height / 2 - top - edges.height / 2) / unitAfter,
    };
  });
}

/** How much a photo's lightness changes, in pixels of another size. */
function edgesOf({ width, height, data }: View, toWidth: number, toHeight: number): Edges {
  const [columns, rows] = [Math.max(2, Math.round(toWidth)), Math.max(2, Math.round(toHeight))];
  const pixels = width * height;
  const sums = new Float32Array(columns * rows);
  const counts = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.min(rows - 1, Math.floor((y * rows) / height));
    for (let x = 0; x < width; x++) {
      const at = row * columns + Math.min(columns - 1, Math.floor((x * columns) / width));
      const pixel = y * width + x;
      const light =
        (data[pixel] as number) + 2 * (data[pixels + pixel] as number) + (data[2 * pixels + pixel] as number);
      sums[at] = (sums[at] as number) + light;
      counts[at] = (counts[at] as number) + 1;
    }
  }
  const light = sums.map((sum, at) => sum / Math.max(1, counts[at] as number));
  const edges = new Float32Array(columns * rows);
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const at = row * columns + column;
      const value = light[at] as number;
      // A root: one bright edge is not to decide alone.
      edges[at] = Math.sqrt(
        Math.hypot((light[at + 1] as number) - value, (light[at + columns] as number) - value),
      );
    }
  }
  return { width: columns, height: rows, data: edges };
}

/** By normalized correlation (Lewis, 1995). */
function bestPlaces(picture: Edges, part: Edges): Candidate[] {
  const places: Candidate[] = [];
  const count = part.width * part.height;
  const mean = part.data.reduce((sum, value) => sum + value, 0) / count;
  const centered = part.data.map((value) => value - mean);
  const size = Math.sqrt(centered.reduce((sum, value) => sum + value * value, 0));
  for (let top = 0; top + part.height <= picture.height; top++) {
    for (let left = 0; left + part.width <= picture.width; left++) {
      let [product, sum, squares] = [0, 0, 0];
      for (let row = 0; row < part.height; row++) {
        const from = (top + row) * picture.width + left;
        for (let column = 0; column < part.width; column++) {
          const value = picture.data[from + column] as number;
          product += value * (centered[row * part.width + column] as number);
          sum += value;
          squares += value * value;
        }
      }
      const spread = Math.sqrt(Math.max(0, squares - (sum * sum) / count));
      const score = spread * size === 0 ? 0 : product / (spread * size);
      places.push({ score, left, top, edges: part });
    }
  }
  places.sort((a, b) => b.score - a.score);
  const [first] = places;
  if (first === undefined) return [];
  const second = places.find(
    ({ left, top }) => Math.max(Math.abs(left - first.left), Math.abs(top - first.top)) >= NEAR,
  );
  return second === undefined ? [first] : [first, second];
}
