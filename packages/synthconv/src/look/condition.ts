import { ValueError } from "../core/errors.js";
import type { Knob } from "./schema.js";

/** Knob settings in the user's units, by name; knobs that are left out stand at their default. */
export type Settings = Readonly<Record<string, number>>;

/**
 * The condition vector that the generator of a look reads: each knob's value mapped linearly from
 * [minimum, maximum] to [-1, 1], in the schema's order.
 *
 * @returns float64 `[knobs.length]`.
 * @throws {ValueError} naming the knob that does not exist, is not finite or lies outside its range.
 */
export function encodeCondition(knobs: readonly Knob[], settings: Settings = {}): Float64Array {
  for (const name of Object.keys(settings)) {
    if (knobs.some((knob) => knob.name === name)) continue;
    throw new ValueError({
      where: `knob ${name}`,
      expected:
        knobs.length === 0
          ? "no setting (this look has no knobs)"
          : `one of ${knobs.map((k) => k.name).join(", ")}`,
      received: `${name}=${settings[name]}`,
    });
  }
  return Float64Array.from(knobs, (knob) => {
    const value = settings[knob.name] ?? knob.default;
    if (!Number.isFinite(value) || value < knob.minimum || value > knob.maximum) {
      throw new ValueError({
        where: `knob ${knob.name}`,
        expected: `a number from ${knob.minimum} to ${knob.maximum}`,
        received: String(value),
      });
    }
    return (2 * (value - knob.minimum)) / (knob.maximum - knob.minimum) - 1;
  });
}
