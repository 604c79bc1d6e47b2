/** Which correlations have so few channels that the kernel of products would be idle most of the time, and their tiles. */
import { noteChoice } from "../../../core/choices.js";
import { largest } from "../../../core/extremes.js";
import { tilesTaken } from "../direct/cut.js";
import { type Correlation, type Tile, tilesOf } from "../geometry/correlation.js";

// README.md, constants.
const MOST_TAPS = 63;
const MOST_CHANNELS = 16;
const MOST_OUTPUTS = 3;
const TILE_NUMBERS = 1 << 14;

/** True where the sums are short and the outputs few, as in a depthwise convolution: one channel to one. */
export function depthwisePays(
  { planes, taps, halo }: Correlation,
  channels: number,
  outputs: number,
): boolean {
  if (channels > MOST_CHANNELS || outputs > MOST_OUTPUTS || channels * taps.length > MOST_TAPS) return false;
  // A tile has at least the size of its halo, which lies around it: far ones are for chunks of channels.
  return channels * planes.length * 4 * halo[0] * halo[1] <= TILE_NUMBERS;
}

export interface Parts {
  readonly tiles: readonly Tile[];
  /** Positions of the largest tile: of a plane with its halo, and of the target's rows. */
  readonly most: { readonly plane: number; readonly target: number };
}

export function partsOf(pass: string, correlation: Correlation, channels: number): Parts {
  const lines = Math.max(1, channels * correlation.planes.length);
  const tiles = tilesOf(correlation, Math.floor(TILE_NUMBERS / lines));
  noteChoice(pass, correlation.planes.length > 1 ? "planes of a stride" : "one plane");
  noteChoice(pass, tilesTaken(tiles, correlation.size));
  const planes = tiles.map(({ plane }) => plane);
  const targets = tiles.map(({ rows, stride }) => rows * stride);
  return { tiles, most: { plane: largest(planes, 0), target: largest(targets, 0) } };
}
