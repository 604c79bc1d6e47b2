/** What a kind of stage is: one object per kind, listed in stages.ts. */
import { type Fields, type Kind, kind, NonFiniteError, ValueError } from "../../../core/index.js";
import type { Interpolation, RgbTriple } from "../tables.js";

/** Maps the colour in `colour[0..2]` in place. */
export type MapColour = (colour: Float64Array) => void;

export interface StageKind<Stage extends { readonly kind: string }> {
  readonly kind: Stage["kind"];
  /** What stands under each of its names. */
  readonly fields: Fields<Stage>;
  /**
   * That its numbers go together.
   *
   * @throws {ValueError | ShapeError | NonFiniteError} when they do not.
   */
  check(where: string, stage: Stage): void;
  /**
   * @param interpolation of a lattice that names none.
   * @returns undefined where the stage changes nothing at all.
   */
  prepare(stage: Stage, interpolation: Interpolation): MapColour | undefined;
}

/** The kind under `kind`: the list of stages has looked at it already. */
export function kindNamed<Name extends string>(name: Name): Kind<Name> {
  return kind(`"${name}"`, (value) => value === name);
}

/** @throws {NonFiniteError} naming the first number that is NaN or infinite. */
export function checkFinite(
  where: string,
  numbers: Readonly<Record<string, number | RgbTriple | undefined>>,
): void {
  for (const [name, value] of Object.entries(numbers)) {
    const broken = [value ?? 0].flat().find((one) => !Number.isFinite(one));
    if (broken === undefined) continue;
    throw new NonFiniteError({
      where: `${where} ${name}`,
      expected: "finite numbers",
      received: `${broken}`,
    });
  }
}

/** @throws {ValueError} unless every number lies above 0. */
export function checkAboveZero(where: string, numbers: Readonly<Record<string, number | RgbTriple>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if ([value].flat().every((one) => one > 0)) continue;
    throw new ValueError({ where: `${where} ${name}`, expected: "numbers above 0", received: `${value}` });
  }
}
