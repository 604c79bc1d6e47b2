/** Examples: colours before and after, and the condition under which they are so. */
import { describeValue } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import {
  conditionLength,
  encodeCondition,
  type Knob,
  type LookSchema,
  type Settings,
  type StyleBlend,
  styleShares,
  withStyle,
} from "../look/index.js";
import type { ColourSamples } from "./samples.js";

/** What a look is asked for: knob settings, and a style. */
export interface FitCondition {
  /** Default: every knob at its default. */
  readonly settings?: Settings;
  /** Default: the look's first style. A test may be of a blend; what a look is trained on has one style. */
  readonly style?: StyleBlend;
}

/** Colours before and after under one condition. */
export interface FitExample extends FitCondition {
  readonly samples: ColourSamples;
  /** As the option of `fitLook`, for this example alone. */
  readonly balance?: boolean;
}

/**
 * What the generator reads for it, `[D]`.
 *
 * @throws {ValueError} naming the knob or the style that the schema does not have, and for a blend of styles.
 */
export function encodeExample({ condition, styles = [] }: LookSchema, one: FitCondition): Float64Array {
  const knobs = encodeCondition(condition, one.settings);
  const [first, ...others] = styleShares(styles, one.style);
  if (others.length > 0) {
    throw new ValueError({
      where: "style of an example",
      expected: "one style: blends need no training, they are exact",
      received: describeValue(one.style),
    });
  }
  return first === undefined ? knobs : withStyle(knobs, styles.length, first.index);
}

/**
 * @throws {ValueError} when an example has a condition that the schema does not have, or a style has no example.
 */
export function checkConditions(schema: LookSchema, examples: readonly FitExample[]): void {
  const length = conditionLength(schema);
  const seen = new Set<number>();
  for (const example of examples) {
    const encoded = encodeExample(schema, example);
    for (let at = schema.condition.length; at < length; at++) if (encoded[at] === 1) seen.add(at);
  }
  schema.styles?.forEach(({ name }, index) => {
    if (seen.has(schema.condition.length + index)) return;
    throw new ValueError({
      where: `style ${name}`,
      expected: "at least one example",
      received: "none",
      repair: "Leave the style out, or give it an example.",
    });
  });
}

/** What the example sets a knob to. */
export function knobValue({ settings }: FitExample, knob: Knob): number {
  return settings?.[knob.name] ?? knob.default;
}

/** Values of one key together, in the order in which keys come first. */
export function groupedBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
