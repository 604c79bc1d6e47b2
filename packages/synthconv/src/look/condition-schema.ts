/** What a look file says of its condition: knobs and styles. */
import * as v from "valibot";
import type { Style } from "./styles.js";

const MAX_KNOBS = 64;
const MAX_STYLES = 1024;

/** One named control of a look, in the user's units. */
export interface Knob {
  /** What `--set name=value` says: a letter, then letters, digits, `_` or `-`. */
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
  readonly description?: string | undefined;
}

const finite = v.pipe(v.number(), v.finite());

const knob = v.object({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)),
  minimum: finite,
  maximum: finite,
  default: finite,
  description: v.optional(v.string()),
});

const style = v.object({
  // Film stocks are called portra_160_++ and px-100uv+.
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_+.-]{0,63}$/)),
  description: v.optional(v.string()),
});

/** The fields of one knob, and of one style. */
export const knobEntries: object = knob.entries;
export const styleEntries: object = style.entries;

const soundKnob: v.GenericSchema<unknown, Knob> = v.pipe(
  knob,
  v.check((k) => k.minimum < k.maximum, "minimum must lie below maximum"),
  v.check((k) => k.default >= k.minimum && k.default <= k.maximum, "default must lie in the range"),
);

export const knobsSchema: v.GenericSchema<unknown, readonly Knob[]> = v.pipe(
  v.array(soundKnob),
  v.maxLength(MAX_KNOBS),
  v.check((knobs) => haveDifferentNames(knobs), "knob names must differ"),
);

export const stylesSchema: v.GenericSchema<unknown, readonly Style[]> = v.pipe(
  v.array(style),
  v.maxLength(MAX_STYLES),
  v.check((styles) => haveDifferentNames(styles), "style names must differ"),
);

function haveDifferentNames(entries: readonly { readonly name: string }[]): boolean {
  return new Set(entries.map(({ name }) => name)).size === entries.length;
}
