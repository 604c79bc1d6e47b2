/**
 * Two axes that change places, tile by tile: what lies beside each other on one side lies far apart on the other, so that whole
 * rows would fetch every cache line again for each of its numbers. A matrix of 1024 x 1024: 7 to 8.5 ms by rows, 2.8 by tiles.
 */
import type { Shape } from "../core/shape.js";
import { mergedAxes } from "./strided.js";

/** Entries of a contiguous array that `count` steps of one axis go through, and where they lie in the other one. */
export type TileRow = (start: number, count: number, other: number, step: number) => void;

// A side of 32: two tiles take 8 KB. 16 took 2.9 to 3.2 ms, 8 took 4.1 to 4.4.
const SIDE = 32;

// Below it a row is as quick.
const MIN_SIDE = 8;

interface Axis {
  readonly size: number;
  /** In the contiguous array. */
  readonly step: number;
  /** In the other one. */
  readonly other: number;
}

/**
 * Calls `row` for parts of rows of a contiguous array of this shape, so that the other array, which is stepped through by
 * `strides`, is gone through in tiles.
 *
 * @returns false where no two axes change places; nothing is called then.
 */
export function forEachTileRow(shape: Shape, strides: readonly number[], row: TileRow): boolean {
  const axes = axesOf(shape, strides);
  const across = axes.at(-1);
  const along = axes.findIndex(({ other }) => other === 1);
  if (across === undefined || along === -1 || along === axes.length - 1) return false;
  const { size, step } = axes[along] as Axis;
  if (size < MIN_SIDE || across.size < MIN_SIDE) return false;
  const outer = axes.filter((_, index) => index !== along && index !== axes.length - 1);
  forEachPlane(outer, 0, 0, (start, other) => {
    for (let first = 0; first < size; first += SIDE) {
      const end = Math.min(size, first + SIDE);
      for (let left = 0; left < across.size; left += SIDE) {
        const count = Math.min(SIDE, across.size - left);
        for (let at = first; at < end; at++) {
          row(start + at * step + left, count, other + left * across.other + at, across.other);
        }
      }
    }
  });
  return true;
}

function axesOf(shape: Shape, strides: readonly number[]): Axis[] {
  let step = 1;
  return mergedAxes(shape, strides, strides)
    .reverse()
    .map(({ size, a: other }) => {
      const axis = { size, step, other };
      step *= size;
      return axis;
    })
    .reverse();
}

function forEachPlane(
  axes: readonly Axis[],
  start: number,
  other: number,
  plane: (start: number, other: number) => void,
): void {
  const [axis, ...inner] = axes;
  if (axis === undefined) {
    plane(start, other);
    return;
  }
  for (let at = 0; at < axis.size; at++) {
    forEachPlane(inner, start + at * axis.step, other + at * axis.other, plane);
  }
}
