/** What is wrong with knobs that a person names, a sentence each; the rules are those of the look's file. */
import type { Knob } from "synthconv/look";
import { lookTexts as texts } from "../../texts/index.js";

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

export function knobFaults(knobs: readonly Knob[]): string[] {
  return knobs.flatMap(({ name, minimum, maximum, default: usual }, at) => {
    const isTaken = knobs.findIndex((other) => other.name === name) < at;
    if (!NAME.test(name) || isTaken) return [texts.knobs.badName(name)];
    return minimum < maximum && minimum <= usual && usual <= maximum ? [] : [texts.knobs.badRange(name)];
  });
}
