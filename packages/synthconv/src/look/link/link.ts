/**
 * A whole look as a link: its schema and its numbers, rounded as coarsely as nobody sees, in the part of a URL behind the #,
 * which browsers send to no server. docs/look-format.md describes it byte by byte. What is read is data alone, and every
 * size in it is held against the bytes that are there before anything is made.
 */

import type { ErrorStatistics } from "../../colour/index.js";
import { check, checkOptions, type Fields } from "../../core/arguments.js";
import { isPlainObject } from "../../core/describe-value.js";
import { NonFiniteError } from "../../core/errors.js";
import { kind, optional, SHARE, STRING } from "../../core/kinds.js";
import type { Settings } from "../condition.js";
import { lookLayout } from "../layout.js";
import { checkLook, type Look } from "../look.js";
import type { StyleBlend } from "../styles.js";
import { type LinkedLook, readBody, writeBody } from "./body.js";
import { seal, unseal } from "./envelope.js";
import { frozenLook } from "./frozen.js";
import { EXACT_BITS, MAX_BITS, MIN_BITS, rounded } from "./numbers.js";
import { roundingError } from "./rounding-error.js";

export interface LinkOptions {
  /** What stands before the #: the address of a studio. Default none: the text alone. */
  readonly base?: string;
  /** Freezes the look at these knob settings: the link has no knobs and is short. */
  readonly settings?: Settings;
  /** Freezes the look at this style, or blend of styles. */
  readonly style?: StyleBlend;
  /** How much of the look whoever opens the link is shown first, 0 to 1, in ten-thousandths. Default 1. */
  readonly strength?: number;
}

export interface LookLink {
  readonly text: string;
  /** Of each number: 4 to 22, or 32 for float32 as it is. */
  readonly bits: number;
  /**
   * CIEDE2000 between the look and what the link gives back, over 17 x 17 x 17 colours, at the worst of its settings: the
   * defaults, each knob at its ends, each style, 32 of them at most.
   */
  readonly deltaE2000: ErrorStatistics;
}

const OPTIONS: Fields<LinkOptions> = {
  base: optional(STRING),
  settings: kind("an object of numbers by the names of knobs", (v) => v === undefined || isPlainObject(v)),
  style: kind(
    "the name of a style, or an object of shares by the names of styles",
    (v) => v === undefined || typeof v === "string" || isPlainObject(v),
  ),
  strength: optional(SHARE),
};

/** Mean CIEDE2000 that the rounding may make: a fiftieth of what is just noticed. */
const MEAN_ERROR = 0.02;
/** Colours per axis: few to find how many bits there have to be, more to measure what they do. */
const SEARCH_SIZE = 9;
const MEASURE_SIZE = 17;
const NO_ERROR: ErrorStatistics = { mean: 0, p95: 0, max: 0 };

/**
 * The link of a look; the link of what `lookFromLink` gives back is the same again.
 *
 * @throws {ValueError} when the look or a setting is none, or the text would be longer than 65,536 characters, as with wide
 *   generators of many knobs; {NonFiniteError} when a parameter is not finite.
 */
export function lookToLink(look: Look, options: LinkOptions = {}): LookLink {
  checkLook("lookToLink", look);
  checkOptions("lookToLink", options, OPTIONS);
  const { base = "", settings, style, strength = 1 } = options;
  const isFrozen = settings !== undefined || style !== undefined;
  const shared = isFrozen ? frozenLook(look, settings, style) : look;
  const names = [...lookLayout(shared.schema).parameters.keys()];
  for (const name of names) checkFinite(name, shared.parameters.get(name) as Float32Array);
  const { bits, deltaE2000 } = coarsest(shared, names);
  const text = seal(writeBody(shared, bits, strength));
  return { text: base === "" ? text : `${base.split("#", 1)}#${text}`, bits, deltaE2000 };
}

/**
 * The look of a link; `readLookLink` also gives its strength.
 *
 * @param text what `lookToLink` made, with or without what stands before its #; blanks and line breaks are left out.
 * @throws {FormatError} when it is no link, was cut off or changed; {VersionError} when a newer build wrote it.
 */
export function lookFromLink(text: string): Look {
  check("lookFromLink", "text", text, STRING);
  return readBody(unseal(text)).look;
}

/** As `lookFromLink`, with how much of the look was asked for. @throws {FormatError | VersionError} as that one. */
export function readLookLink(text: string): LinkedLook {
  check("readLookLink", "text", text, STRING);
  return readBody(unseal(text));
}

/** The fewest bits that nobody sees; those that lose nothing where there are such, as in the look of a link. */
function coarsest(look: Look, names: readonly string[]): Pick<LookLink, "bits" | "deltaE2000"> {
  const roundedTo = (name: string, bits: number): Float32Array =>
    rounded(look.parameters.get(name) as Float32Array, bits);
  const withBits = (bits: number): Look => ({
    schema: look.schema,
    parameters: new Map(names.map((name) => [name, roundedTo(name, bits)])),
  });
  const exact = range(MIN_BITS, MAX_BITS).find((bits) =>
    names.every((name) => isSame(roundedTo(name, bits), look.parameters.get(name))),
  );
  if (exact !== undefined) return { bits: exact, deltaE2000: NO_ERROR };
  const search = roundingError(look, SEARCH_SIZE);
  const measure = roundingError(look, MEASURE_SIZE);
  const enough = fewest((bits) => search(withBits(bits), MEAN_ERROR) !== undefined);
  for (const bits of range(enough, MAX_BITS)) {
    const deltaE2000 = measure(withBits(bits), MEAN_ERROR);
    if (deltaE2000 !== undefined) return { bits, deltaE2000 };
  }
  return { bits: EXACT_BITS, deltaE2000: NO_ERROR };
}

/** Each bit halves the error, so that the fewest are found by halving their range. */
function fewest(isEnough: (bits: number) => boolean): number {
  let [low, high] = [MIN_BITS, MAX_BITS];
  while (low < high) {
    const bits = (low + high) >> 1;
    if (isEnough(bits)) high = bits;
    else low = bits + 1;
  }
  return low;
}

function isSame(one: Float32Array, other: Float32Array | undefined): boolean {
  return one.every((value, at) => value === other?.[at]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

function checkFinite(name: string, values: Float32Array): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new NonFiniteError({
    where: `lookToLink ${name}`,
    expected: "finite numbers",
    received: `${values[at]} at position ${at}`,
  });
}
