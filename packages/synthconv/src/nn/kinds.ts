/** Modules and what belongs to them, as arguments. */
import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import type { Initializer } from "../core/initializers.js";
import { ANY_FLOATS, BOOLEAN, FUNCTION, type Kind, kind, optional, repairedBy } from "../core/kinds.js";
import { SHAPE } from "../core/shape.js";
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

const STATE: Kind<ReadonlyMap<string, StateEntry>> = kind(
  "a Map of tensors by name",
  (value) => value instanceof Map,
  (value) => (isPlainObject(value) ? "Write new Map(Object.entries(state))." : undefined),
);

const ENTRY: Kind<StateEntry> = kind(
  "a tensor, or { shape, data } with floats as data",
  (value) =>
    typeof value === "object" &&
    value !== null &&
    SHAPE.accepts((value as Partial<StateEntry>).shape) &&
    ANY_FLOATS.accepts((value as Partial<StateEntry>).data),
);

/** @throws {ValueError} when the argument `state` is no Map, or an entry of it no tensor. */
export function checkState(where: string, state: unknown): asserts state is ReadonlyMap<string, StateEntry> {
  check(where, "state", state, STATE);
  for (const [name, entry] of state) check(where, `state ${name}`, entry, ENTRY);
}
