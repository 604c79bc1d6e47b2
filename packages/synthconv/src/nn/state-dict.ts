import { ShapeError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { formatShape, type Shape, sameShape } from "../core/shape.js";

/** One tensor of a state dict: a `Tensor`, or what a file reader returns. */
export interface StateEntry {
  readonly shape: Shape;
  readonly data: FloatArray;
}

/** More names than this do not help anyone who reads the message. */
const LISTED = 5;

/** @throws {ShapeError} listing the missing, unexpected and misshapen keys, when there are any. */
export function checkStateDict(
  where: string,
  wanted: ReadonlyMap<string, { readonly shape: Shape }>,
  state: ReadonlyMap<string, StateEntry>,
): void {
  const missing = [...wanted.keys()].filter((path) => !state.has(path));
  const unexpected = [...state.keys()].filter((path) => !wanted.has(path));
  const misshapen = [...wanted].flatMap(([path, { shape }]) => {
    const entry = state.get(path);
    if (entry === undefined || sameShape(entry.shape, shape)) return [];
    return [`${path} ${formatShape(entry.shape)} instead of ${formatShape(shape)}`];
  });
  const faults = [
    ...listed("missing", missing),
    ...listed("unexpected", unexpected),
    ...listed("misshapen", misshapen),
  ];
  if (faults.length === 0) return;
  throw new ShapeError({
    where: `${where} state dict`,
    expected: `its ${wanted.size} parameters`,
    received: faults.join("; "),
    repair: "Build the module with the sizes that the state was saved with.",
  });
}

function listed(kind: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
  return [`${kind} ${names.slice(0, LISTED).join(", ")}${more}`];
}
