/** Modules and what belongs to them, as arguments. */
import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ShapeError } from "../core/errors.js";
import type { Initializer } from "../core/initializers.js";
import { BOOLEAN, FUNCTION, type Kind, kind, mapOf, optional, repairedBy } from "../core/kinds.js";
import { formatShape, SHAPED, sizeOf } from "../core/shape.js";
import type { StateEntry } from "./state-dict.js";

/** Whether a layer has a bias. */
export const HAS_BIAS: Kind<boolean | undefined> = repairedBy(optional(BOOLEAN), (value) =>
  value === null ? "Write { bias: false } for none." : undefined,
);

export const INITIALIZER: Kind<Initializer> = kind(
  "an initializer, a function (shape, random)",
  FUNCTION.accepts,
  (value) => (typeof value === "number" ? `Write initializers.constant(${value}).` : undefined),
);

export const STATE: Kind<ReadonlyMap<string, StateEntry>> = repairedBy(
  mapOf(SHAPED, "a Map of tensors by name"),
  (value) => (isPlainObject(value) ? "Write new Map(Object.entries(state))." : undefined),
);

/**
 * @throws {ValueError} when the argument `state` is no Map, or an entry of it no tensor.
 * @throws {ShapeError} when an entry does not hold the numbers of its shape.
 */
export function checkState(where: string, state: unknown): asserts state is ReadonlyMap<string, StateEntry> {
  check(where, "state", state, STATE);
  for (const [name, { shape, data }] of state) {
    if (data.length === sizeOf(shape)) continue;
    throw new ShapeError({
      where: `${where} state ${name}`,
      expected: `${sizeOf(shape)} numbers for ${formatShape(shape)}`,
      received: String(data.length),
    });
  }
}
