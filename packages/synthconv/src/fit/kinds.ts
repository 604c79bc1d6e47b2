/** What the functions of fit/ take, and what must hold of it. */
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ShapeError } from "../core/errors.js";
import { BOOLEAN, FLOAT32, type Kind, kind, listOf, optional } from "../core/kinds.js";
import type { Settings, StyleBlend } from "../look/index.js";
import type { FitExample } from "./examples.js";
import type { ColourSamples } from "./samples.js";

const SAMPLES: Kind<ColourSamples> = kind(
  "an object { input, target } of colours",
  isPlainObject,
  () => "samplePair and sampleLut make them.",
);
const SETTINGS: Kind<Settings> = kind("an object of numbers by the names of knobs", isPlainObject);
const STYLE: Kind<StyleBlend> = kind(
  "the name of a style, or shares by name",
  (value) => typeof value === "string" || isPlainObject(value),
);
const EXAMPLE: Fields<FitExample> = {
  settings: optional(SETTINGS),
  style: optional(STYLE),
  balance: optional(BOOLEAN),
  samples: SAMPLES,
};
const EXAMPLES: Kind<readonly FitExample[]> = listOf(kind("an example", isPlainObject), "a list of examples");

/**
 * @throws {ValueError} when they are none.
 * @throws {ShapeError} when there are not as many whole colours before as after.
 */
export function checkSamples(where: string, name: string, samples: ColourSamples): void {
  check(where, name, samples, SAMPLES);
  const { input, target } = samples;
  check(`${where} ${name}`, "input", input, FLOAT32);
  check(`${where} ${name}`, "target", target, FLOAT32);
  if (input.length % 3 === 0 && input.length === target.length) return;
  throw new ShapeError({
    where: `${where} ${name}`,
    expected: "input and target [3,P] of one P",
    received: `${input.length} and ${target.length} numbers`,
  });
}

const SAMPLE_LIST: Kind<readonly ColourSamples[]> = listOf(SAMPLES, "a list of samples");

/**
 * @throws {ValueError} when they are no list of samples.
 * @throws {ShapeError} as `checkSamples` does.
 */
export function checkSampleList(where: string, name: string, list: readonly ColourSamples[]): void {
  check(where, name, list, SAMPLE_LIST);
  list.forEach((samples, index) => {
    checkSamples(where, `${name}[${index}]`, samples);
  });
}

/**
 * @throws {ValueError} when they are no list of examples.
 * @throws {ShapeError} as `checkSamples` does.
 */
export function checkExamples(where: string, name: string, examples: readonly FitExample[]): void {
  check(where, name, examples, EXAMPLES);
  examples.forEach((example, index) => {
    checkOptions(where, example, EXAMPLE, { name: `${name}[${index}]` });
    checkSamples(where, `${name}[${index}] samples`, example.samples);
  });
}
