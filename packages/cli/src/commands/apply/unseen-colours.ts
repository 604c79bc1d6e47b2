/** What share of a photo has colours that a look was not trained on: there it can only guess. */
import type { SeenColours } from "synthconv/look";
import type { Photo } from "../../image/photo.js";
import { readColours } from "../../image/pixels.js";
import { sampledRuns } from "./sampled-runs.js";

/** Above it a warning: fewer pixels are noise and edges, whose colours no training has. */
export const MANY_UNSEEN = 0.02;

/** @returns 0 to 1, of the pixels that can be seen. */
export function unseenShare(photo: Photo, seen: SeenColours): number {
  let [count, unseen] = [0, 0];
  for (const { first, length } of sampledRuns(photo)) {
    const colours = new Float32Array(3 * length);
    readColours(photo, first, colours);
    const visible = withoutInvisible(photo, first, colours);
    count += visible.length / 3;
    unseen += seen.countUnseen(visible);
  }
  return count === 0 ? 0 : unseen / count;
}

/** Colours under alpha 0 are nobody's. */
function withoutInvisible({ data, channels }: Photo, first: number, colours: Float32Array): Float32Array {
  if (channels === 3) return colours;
  const length = colours.length / 3;
  const indices = Array.from({ length }, (_, i) => i).filter((i) => data[4 * (first + i) + 3] !== 0);
  const visible = new Float32Array(3 * indices.length);
  for (const [at, index] of indices.entries()) {
    for (let channel = 0; channel < 3; channel++)
      visible[channel * indices.length + at] = colours[channel * length + index] as number;
  }
  return visible;
}
