/** Two axes that change places: what lies beside each other on one side lies far apart on the other. */
import type { Shape } from "../core/shape.js";
import { mergedAxes } from "./strided.js";

// Below it rows are as quick.
const MIN_SIDE = 8;

/** The matrices of a contiguous array whose rows are the columns of those of another one. */
export interface Matrices {
  readonly rows: number;
  readonly columns: number;
  /** From a row of the contiguous array to the next. */
  readonly step: number;
  /** The same of the other array, whose rows are the columns. */
  readonly otherStep: number;
  /** Calls `visit` with the beginning of each matrix in either array. */
  forEach(visit: (start: number, other: number) => void): void;
}

interface Axis {
  readonly size: number;
  /** In the contiguous array. */
  readonly step: number;
  /** In the other one. */
  readonly other: number;
}

/**
 * A contiguous array of this shape and one that is stepped through by `strides`, seen as matrices whose axes change places;
 * undefined where no two axes do.
 */
export function matricesOf(shape: Shape, strides: readonly number[]): Matrices | undefined {
  const axes = axesOf(shape, strides);
  const across = axes.at(-1);
  const along = axes.findIndex(({ other }) => other === 1);
  if (across === undefined || along === -1 || along === axes.length - 1) return undefined;
  const { size, step } = axes[along] as Axis;
  if (size < MIN_SIDE || across.size < MIN_SIDE) return undefined;
  const outer = axes.filter((_, index) => index !== along && index !== axes.length - 1);
  return {
    ...{ rows: size, columns: across.size, step, otherStep: across.other },
    forEach: (visit) => forEachPlane(outer, 0, 0, visit),
  };
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
