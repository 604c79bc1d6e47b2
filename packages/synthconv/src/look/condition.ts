import { check } from "../core/arguments.js";
import { describeValue, isPlainObject } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { FINITE, type Kind, kind, listOf, optional, record, STRING } from "../core/kinds.js";
import { nearestName } from "../core/nearest-name.js";
import type { Knob } from "./condition-schema.js";

/** Knob settings in the user's units, by name; knobs that are left out stand at their default. */
export type Settings = Readonly<Record<string, number>>;

const KNOBS: Kind<readonly Knob[]> = listOf(
  record<Knob>({
    name: STRING,
    minimum: FINITE,
    maximum: FINITE,
    default: FINITE,
    description: optional(STRING),
  }),
  "a list of knobs { name, minimum, maximum, default }",
);
const SETTINGS: Kind<Settings> = kind(
  "an object of numbers by the names of knobs",
  isPlainObject,
  () => 'Write { warmth: 3 } for a knob "warmth".',
);

/** @throws {ValueError} when they are no list of knobs. */
export function checkKnobs(where: string, knobs: readonly Knob[]): void {
  check(where, "knobs", knobs, KNOBS);
}

/**
 * The condition vector that the generator of a look reads: each knob's value mapped linearly from
 * [minimum, maximum] to [-1, 1], in the schema's order.
 *
 * @returns float64 `[knobs.length]`.
 * @throws {ValueError} naming the knob that does not exist, is not finite or lies outside its range.
 */
export function encodeCondition(knobs: readonly Knob[], settings: Settings = {}): Float64Array {
  const where = "encodeCondition";
  checkKnobs(where, knobs);
  check(where, "settings", settings, SETTINGS);
  for (const name of Object.keys(settings)) {
    if (knobs.some((knob) => knob.name === name)) continue;
    throw new ValueError({
      where: `knob ${name}`,
      expected:
        knobs.length === 0
          ? "no setting (this look has no knobs)"
          : `one of ${knobs.map((k) => k.name).join(", ")}`,
      received: `${name}=${String(settings[name])}`,
      ...didYouMean(name, knobs),
    });
  }
  return Float64Array.from(knobs, (knob) => {
    const { [knob.name]: value = knob.default } = settings;
    if (!Number.isFinite(value) || value < knob.minimum || value > knob.maximum) {
      throw new ValueError({
        where: `knob ${knob.name}`,
        expected: `a number from ${knob.minimum} to ${knob.maximum}`,
        received: describeValue(value),
      });
    }
    return (2 * (value - knob.minimum)) / (knob.maximum - knob.minimum) - 1;
  });
}

function didYouMean(name: string, knobs: readonly Knob[]): { repair?: string } {
  const near = nearestName(
    name,
    knobs.map((knob) => knob.name),
  );
  return near === undefined ? {} : { repair: `Did you mean ${near}?` };
}

/** The condition of knobs, with one of the styles on: what a generator reads, and is trained on. */
export function withStyle(knobs: Float64Array, styles: number, style: number): Float64Array {
  const condition = new Float64Array(knobs.length + styles);
  condition.set(knobs);
  condition[knobs.length + style] = 1;
  return condition;
}
