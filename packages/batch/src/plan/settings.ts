/** What is done to every photo, beside the look: the manifest has it, and the key of an output's state is made of it. */
import { type Backend, COLOUR_SPACES } from "synthconv/look";
import { formatOfName, isWritable, type WritablePhotoFormat } from "synthconv-cli/internal/photo-names";
import * as v from "valibot";

export interface BatchSettings {
  /** Knobs by name. */
  readonly set: Readonly<Record<string, number>>;
  /** Shares by style; empty for the look's first one. */
  readonly style: Readonly<Record<string, number>>;
  /** 0 to 1. */
  readonly strength: number;
  /** 1 to 100; left out for each format's own. */
  readonly quality?: number;
  readonly dither: boolean;
  readonly dropAlpha: boolean;
  readonly bestEffort: boolean;
  /** The name of a format; left out where each photo keeps its own. */
  readonly format?: string;
  /** What photos are encoded in that do not say it, a name of `COLOUR_SPACES`; left out where nobody said it. */
  readonly inputSpace?: string;
  readonly backend: Backend;
}

export const SETTINGS: v.GenericSchema<unknown, BatchSettings> = v.strictObject({
  set: v.record(v.string(), v.number()),
  style: v.record(v.string(), v.number()),
  strength: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  quality: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
  dither: v.boolean(),
  dropAlpha: v.boolean(),
  bestEffort: v.boolean(),
  format: v.exactOptional(v.string()),
  inputSpace: v.exactOptional(v.picklist(COLOUR_SPACES.map(({ name }) => name))),
  backend: v.picklist(["plain", "relaxed", "reference"]),
});

export function formatNamed(name: string | undefined): WritablePhotoFormat | undefined {
  const format = name === undefined ? undefined : formatOfName(`x.${name}`);
  return format !== undefined && isWritable(format) ? format : undefined;
}
