/**
 * The kinds of generators. What trains them (hyper/), applies them and stores them (look/) finds them here: another
 * kind is one file and one row. A kind that needs an operation which none has used yet adds it to `arithmetic.ts`.
 */
import * as v from "valibot";
import { check, type Fields, type Kind, oneOf, optional } from "../core/index.js";
import { type ChunkedSettings, chunked } from "./chunked.js";
import { type FilmSettings, film } from "./film.js";
import { type FreeSettings, free } from "./free.js";
import { type FullSettings, full } from "./full.js";
import type { Generator, GeneratorKind, GeneratorSizes } from "./kind.js";
import { type LowRankSettings, lowRank } from "./low-rank.js";
import { type MixtureSettings, mixture } from "./mixture.js";
import { type ModulationSettings, modulation } from "./modulation.js";

/** The settings of each kind; `kind` may be left out for the first. */
interface SettingsOfKinds {
  readonly full: FullSettings;
  readonly chunked: ChunkedSettings;
  readonly lowRank: LowRankSettings;
  readonly mixture: MixtureSettings;
  readonly modulation: ModulationSettings;
  readonly film: FilmSettings;
  readonly free: FreeSettings;
}

export type GeneratorKindName = keyof SettingsOfKinds;

/** A kind by its name, and what it needs to know beside the sizes. */
export type GeneratorSettings = SettingsOfKinds[GeneratorKindName];

const KINDS: { readonly [Name in GeneratorKindName]: GeneratorKind<SettingsOfKinds[Name]> } = {
  full,
  chunked,
  lowRank,
  mixture,
  modulation,
  film,
  free,
};

/** Looks that were written before there were kinds do not name theirs. */
const DEFAULT_KIND = "full";

/** Of the settings of any kind. */
export const generatorSettingsSchema: v.GenericSchema<unknown, GeneratorSettings> = v.lazy((input) => {
  const name = (input as { readonly kind?: unknown } | null)?.kind ?? DEFAULT_KIND;
  if (isKindName(name)) return KINDS[name].settings;
  return v.object({ kind: v.picklist(Object.keys(KINDS) as GeneratorKindName[]) }) as never;
});

const KIND: Kind<GeneratorKindName | undefined> = optional(oneOf(Object.keys(KINDS) as GeneratorKindName[]));

/**
 * What may stand in settings of their kind.
 *
 * @param settings not checked yet.
 * @throws {ValueError} when there is no such kind.
 */
export function generatorFields(where: string, settings: unknown): Fields<GeneratorSettings> {
  const name = (settings as { readonly kind?: unknown } | null | undefined)?.kind;
  check(where, "kind", name, KIND);
  return KINDS[name ?? DEFAULT_KIND].fields;
}

/** The generator with these settings, which have been checked. */
export function describeGenerator(settings: GeneratorSettings, sizes: GeneratorSizes): Generator {
  // The name is that of the settings, which the compiler cannot follow through a table of several kinds.
  const kind = KINDS[settings.kind ?? DEFAULT_KIND] as GeneratorKind<GeneratorSettings>;
  return kind.describe(settings, sizes);
}

function isKindName(name: unknown): name is GeneratorKindName {
  return typeof name === "string" && Object.hasOwn(KINDS, name);
}
