import type { OperationSettings } from "../autograd/recorded.js";
import type { Tensor } from "../autograd/tensor.js";
import { allocateZeros } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { type Shape, sizeOf } from "../core/shape.js";
import { linearMap } from "./linear-map.js";
import { readStrided, writeStrided } from "./strided-copies.js";

/** Where the entries of a result are read from: every entry of the tensor at most once. */
interface Arrangement {
  /** Index of the first. Default 0. */
  readonly offset?: number;
  /** Steps along the axes of `view`; negative ones run backwards. */
  readonly steps: readonly number[];
  /** The result's entries by the axes that are stepped along. */
  readonly view: Shape;
  /** The result's shape, of as many entries. */
  readonly to: Shape;
  /** See `Recording.settings`. */
  readonly settings: OperationSettings;
}

/** An operation that moves entries: one pass there, one pass back. */
export function rearrange(
  operation: string,
  x: Tensor,
  { offset = 0, steps, view, to, settings }: Arrangement,
): Tensor {
  const { shape: from, dtype, size } = x;
  // One behind the other: each axis is stepped over by what the axes inside of it take.
  const isRun = view.every((length, axis) => length === 1 || steps[axis] === sizeOf(view.slice(axis + 1)));
  return linearMap(
    {
      runAt: isRun ? offset : undefined,
      operation,
      settings,
      from,
      to,
      apply: (data) => {
        const out = allocateResult(dtype, sizeOf(to));
        readStrided(data, offset, steps, view, out);
        return out;
      },
      adjoint: (data) => {
        // A part of the entries alone (a slice) leaves zeros at the others.
        const out = sizeOf(view) === size ? allocateResult(dtype, size) : allocateZeros(dtype, size);
        writeStrided(data, view, out, offset, steps);
        return out;
      },
    },
    x,
  );
}
