/**
 * What a look file says about itself: the JSON under `schema` in the safetensors metadata. The field by field
 * description for readers in other languages stands in docs/look-format.md.
 */

import * as v from "valibot";
import { colourSpaceNames } from "../colour/index.js";
import { type Activation, activationNames } from "../core/activations.js";
import { check, checkNames } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { FormatError, ValueError, VersionError } from "../core/errors.js";
import { type Kind, kind } from "../core/kinds.js";
import { type GeneratorSettings, generatorFields, generatorSettingsSchema } from "../generator/index.js";
import { type Knob, knobEntries, knobsSchema, styleEntries, stylesSchema } from "./condition-schema.js";
import { type Coverage, coverageEntries, coverageSchema } from "./coverage.js";
import type { Guarantees } from "./guarantees.js";
import {
  checkRecordNames,
  type DistanceError,
  type ErrorRecord,
  type ProtectionRecord,
  recordSchemas,
  type TrainingRecord,
} from "./records.js";
import type { Style } from "./styles.js";

/** The newest schema that this build reads. */
export const LOOK_VERSION = 2;

/** What builds before the second know: a look in sRGB is written so that they read it. */
const SRGB_VERSION = 1;

/** Widest network of a look; the kernels stop at 256 as well. */
const MAX_CHANNELS = 256;

const channels = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_CHANNELS));
export interface LookSchema {
  /** The knobs, in the order in which the generator reads them; empty for a look without knobs. */
  readonly condition: readonly Knob[];
  /** The styles, in the order in which the generator reads their shares, after the knobs; left out for none. */
  readonly styles?: readonly Style[] | undefined;
  readonly network: {
    /** Channels from the image in to the image out, `[3, 64, 3]`. */
    readonly channels: readonly number[];
    /** Between the layers; the last layer has none. */
    readonly activation: Activation;
    /** The network's output is added to its input. */
    readonly residual: boolean;
  };
  readonly generator: GeneratorSettings;
  /** The encoding that the network reads, and writes: a name of `COLOUR_SPACES`. */
  readonly colourSpace: string;
  /** The encoding that it writes, where that is another one. */
  readonly outputSpace?: string | undefined;
  readonly training?: TrainingRecord | undefined;
  /** The colours that it was trained on; left out by older builds, and where they are all colours. */
  readonly coverage?: Coverage | undefined;
  readonly error?: ErrorRecord | undefined;
  /** Of looks of photos alone, the nearest distance first; left out by older builds. */
  readonly errorByDistance?: readonly DistanceError[] | undefined;
  /** Measured at the defaults of its knobs, in its first style; left out by older builds. */
  readonly guarantees?: Guarantees | undefined;
  readonly protection?: ProtectionRecord | undefined;
}

const network = v.object({
  channels: v.pipe(
    v.array(channels),
    v.minLength(2),
    v.maxLength(5),
    v.check((c) => c[0] === 3 && c.at(-1) === 3, "a look starts and ends with 3 channels"),
  ),
  activation: v.picklist(activationNames),
  residual: v.boolean(),
});

const schemaEntries = v.object({
  condition: knobsSchema,
  styles: v.optional(stylesSchema),
  network,
  generator: generatorSettingsSchema,
  colourSpace: v.picklist(colourSpaceNames),
  outputSpace: v.optional(v.picklist(colourSpaceNames)),
  training: v.optional(recordSchemas.training),
  coverage: v.optional(coverageSchema),
  error: v.optional(recordSchemas.error),
  errorByDistance: v.optional(recordSchemas.errorByDistance),
  guarantees: v.optional(recordSchemas.guarantees),
  protection: v.optional(recordSchemas.protection),
});

const lookSchema: v.GenericSchema<unknown, LookSchema> = v.pipe(
  schemaEntries,
  v.check(
    ({ condition, styles = [] }) =>
      !condition.some(({ name }) => styles.some((style) => style.name === name)),
    "knobs and styles must have different names",
  ),
);

/**
 * The schema of the metadata of a look.
 *
 * @param where the file's name, for messages.
 * @throws {VersionError} when a newer build wrote it.
 * @throws {FormatError} when it is no look, or its schema breaks a rule; the message names the field.
 */
export function parseLookSchema(where: string, metadata: ReadonlyMap<string, string>): LookSchema {
  const format = metadata.get("format");
  if (format !== "synthconv-look") {
    throw new FormatError({
      where,
      expected: 'a look: safetensors with "format": "synthconv-look" in its metadata',
      received: format === undefined ? "no such entry" : JSON.stringify(format),
      repair: "Looks are made by synthconv train.",
    });
  }
  const version = Number(metadata.get("version"));
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new FormatError({ where, expected: "a version from 1", received: String(metadata.get("version")) });
  }
  if (version > LOOK_VERSION) throw new VersionError(where, version, LOOK_VERSION);
  const parsed = v.safeParse(lookSchema, parseJson(where, metadata.get("schema") ?? ""));
  if (parsed.success) return parsed.output;
  throw new FormatError({ where, ...broken(parsed.issues[0]) });
}

/**
 * A schema that a program made rather than a file. A file may have names that a later build knows; a program's are
 * misspelt.
 *
 * @throws {ValueError} naming the field that breaks a rule, or is unknown.
 */
export function checkLookSchema(where: string, schema: LookSchema): void {
  check(where, "schema", schema, SCHEMA);
  checkFieldNames(where, schema);
  const parsed = v.safeParse(lookSchema, schema);
  if (!parsed.success) throw new ValueError({ where: `${where} schema`, ...broken(parsed.issues[0]) });
}

const SCHEMA: Kind<LookSchema> = kind("the schema of a look, an object", isPlainObject);

function checkFieldNames(where: string, schema: LookSchema): void {
  const { condition, styles, generator, coverage } = schema as Partial<LookSchema>;
  const names = (field: string, value: unknown, known: object): void =>
    checkNames(`${where} schema${field}`, value, known);
  names("", schema, schemaEntries.entries);
  if (Array.isArray(condition)) {
    for (const [index, one] of condition.entries()) names(` condition[${index}]`, one, knobEntries);
  }
  if (Array.isArray(styles)) {
    for (const [index, one] of styles.entries()) names(` styles[${index}]`, one, styleEntries);
  }
  names(" network", schema.network, network.entries);
  if (isPlainObject(generator)) {
    names(" generator", generator, generatorFields(`${where} schema generator`, generator));
  }
  names(" coverage", coverage, coverageEntries);
  checkRecordNames(schema, names);
}

function broken(issue: v.BaseIssue<unknown>): { expected: string; received: string } {
  return {
    expected: `schema field ${v.getDotPath(issue) ?? "root"} to be ${issue.expected ?? "valid"}`,
    received: issue.expected === null ? issue.message : issue.received,
  };
}

/** The metadata entries that `parseLookSchema` reads. */
export function lookMetadata(schema: LookSchema): Map<string, string> {
  return new Map([
    ["format", "synthconv-look"],
    ["version", String(versionOf(schema))],
    ["schema", JSON.stringify(schema)],
  ]);
}

/** The oldest version that knows what the schema says. */
export function versionOf({ colourSpace, outputSpace }: LookSchema): number {
  return colourSpace === "srgb" && outputSpace === undefined ? SRGB_VERSION : LOOK_VERSION;
}

function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError(
      { where, expected: "JSON under the metadata key schema", received: "text that is none" },
      { cause },
    );
  }
}
