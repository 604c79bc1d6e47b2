/** How the direct way cuts a correlation into what is in kernel memory at a time, and the pixels of such a part. */

import { noteChoice } from "../../../core/choices.js";
import { copyEntries } from "../../../core/copy.js";
import { largest } from "../../../core/extremes.js";
import type { ProductMemory } from "../../product/memory.js";
import { type Correlation, type Sampling, type Sides, type Tile, tilesOf } from "../geometry/correlation.js";
import type { Planes } from "../geometry/correlator.js";
import { readGrid } from "./grid.js";

// README.md, constants.
export const TILE_NUMBERS = 65_536;
const TILE_OUTPUTS = 256;
const HALO_NUMBERS = 1 << 22;
const MAX_PATCH = 4096;
export const MAX_TILE_SUM = 4096;

export interface Cut {
  readonly tiles: readonly Tile[];
  /** Channels and output channels that are in kernel memory at a time. */
  readonly channels: number;
  readonly outputs: number;
  /** Positions of the largest tile: of a plane with its halo, and of the target's rows. */
  readonly most: { readonly plane: number; readonly target: number };
}

export function cut(
  pass: "direct" | "direct weight gradient",
  { planes, taps, ...rest }: Correlation,
  channels: number,
  outputs: number,
  limit: number,
): Cut {
  const [top, left] = rest.halo;
  // A tile has at least the size of its halo, which lies around it.
  const leastPlane = planes.length * (2 * top) * (2 * left);
  const mostChannels = Math.min(MAX_PATCH / taps.length, HALO_NUMBERS / leastPlane);
  const someChannels = Math.min(channels, Math.max(1, Math.floor(mostChannels)));
  const someOutputs = Math.min(outputs, TILE_OUTPUTS);
  const lines = Math.max(someChannels * planes.length, someOutputs, 1);
  const tiles = tilesOf({ planes, taps, ...rest }, Math.min(limit, Math.floor(TILE_NUMBERS / lines)));
  const most = {
    plane: largest(
      tiles.map(({ plane }) => plane),
      0,
    ),
    target: largest(
      tiles.map(({ rows, stride }) => rows * stride),
      0,
    ),
  };
  noteChoice(pass, channels > someChannels ? "several chunks of channels" : "all channels at once");
  noteChoice(pass, outputs > someOutputs ? "several chunks of outputs" : "all outputs at once");
  noteChoice(pass, planes.length > 1 ? "planes of a stride" : "one plane");
  noteChoice(pass, tilesTaken(tiles, rest.size));
  return { tiles, channels: someChannels, outputs: someOutputs, most };
}

export function tilesTaken([first, second]: readonly Tile[], [, width]: Sides): string {
  if (second === undefined) return first === undefined ? "no tile" : "one tile";
  return (first as Tile).columns < width ? "tiles of parts of rows" : "tiles of whole rows";
}

export function readPlanes(
  memory: ProductMemory,
  region: "a" | "b",
  { planes, halo }: Pick<Correlation, "planes" | "halo">,
  tile: Tile,
  { data, start }: Planes,
  first: number,
  count: number,
  size: number = tile.plane,
): void {
  let to = memory.index(region);
  const [only] = planes;
  if (only !== undefined && planes.length === 1 && isWholePlane(only, tile) && size === tile.columns) {
    noteChoice("direct", "reads whole planes");
    copyEntries(data, start + first * size, start + (first + count) * size, memory.floats, to);
    return;
  }
  for (let channel = first; channel < first + count; channel++) {
    for (const sampling of planes) {
      const plane = start + channel * sampling.image[0] * sampling.image[1];
      const [rows, columns] = [tile.rows + halo[0], tile.columns + halo[1]];
      readGrid(memory, sampling, tile, rows, columns, data, plane, to);
      to += size;
    }
  }
}

/** True where the tile is all the pixels that there are, as in a 1x1 convolution of a small image. */
export function isWholePlane({ image: [height, width], origin, step }: Sampling, tile: Tile): boolean {
  if (height !== 1 || tile.columns !== width || tile.rows !== 1 || step[0] * step[1] !== 1) return false;
  return origin[0] + tile.row === 0 && origin[1] + tile.column === 0;
}

/** Distance of entry k of a patch, channel by channel and tap by tap, from the grid position of its result. */
export function tapOffset({ planes, taps }: Correlation, tile: Tile, k: number): number {
  const { plane, y, x } = taps[k % taps.length] as Correlation["taps"][number];
  const channel = Math.floor(k / taps.length);
  return (channel * planes.length + plane) * tile.plane + y * tile.stride + x;
}

/** A function that tells whether any of three numbers differs from those of the call before. */
export function changeOf(): (a: number, b: number, c: number) => boolean {
  let [lastA, lastB, lastC] = [-1, -1, -1];
  return (a, b, c) => {
    if (a === lastA && b === lastB && c === lastC) return false;
    [lastA, lastB, lastC] = [a, b, c];
    return true;
  };
}
