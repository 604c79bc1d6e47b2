/** Draws that several forms make. */
import type { Random } from "../random.js";
import { type FamilyName, familyNames, moderateFamilies, type Spoiler, spoilerNames } from "../values.js";

/** [vertical, horizontal]. */
export type Sides = readonly [number, number];

export function sides(of: (axis: 0 | 1) => number): Sides {
  return [of(0), of(1)];
}

/** Families of two factors; half of them are such that results have digits to compare. */
export function drawFamilies(random: Random): { values: FamilyName; weight: FamilyName } {
  const plain: readonly FamilyName[] = ["whole numbers", "both signs", "mostly positive", "one sign"];
  if (random.chance(0.5)) return { values: random.pick(plain), weight: random.pick(plain) };
  return { values: random.pick(familyNames), weight: random.pick(moderateFamilies) };
}

/** One of ten cases has a number that is none. */
export function drawSpoiler(random: Random): Spoiler {
  return random.chance(0.9) ? "none" : random.pick(spoilerNames);
}
