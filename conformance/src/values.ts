/**
 * Families of numbers that a case's arrays are filled with, all from bits and exact arithmetic, so that every engine draws
 * the same. Each stands for a way in which real data is hard.
 */
import { Random } from "./random.js";

type Draw = (random: Random) => number;

interface Family {
  /** Makes what draws the numbers of one plane (or row) of the array. */
  readonly ofPlane: (random: Random) => Draw;
  /** Sums of such numbers may cancel, or be much smaller than others beside them: judged by the terms of each sum. */
  readonly mayCancel: boolean;
}

function plain(mayCancel: boolean, draw: Draw): Family {
  return { ofPlane: () => draw, mayCancel };
}

const SPREAD = Math.sqrt(3);
const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The float32 number of a sign and mantissa from bits, and an exponent of two. */
function fromBits(bits: number, exponent: number): number {
  floatBits[0] = (bits & 0x807fffff) | ((exponent + 127) << 23);
  return float[0] as number;
}

const bothSigns: Draw = (random) => SPREAD * (2 * random.uniform() - 1);

export const families = {
  // Sums of few of them are exact in float32: whatever is off by one is off by a lot.
  "whole numbers": plain(true, (random) => random.integer(-3, 3)),
  "both signs": plain(true, bothSigns),
  "mostly positive": plain(false, (random) => 2 * random.uniform() - 0.5),
  // Rounding errors of long sums have the same sign.
  "one sign": plain(false, (random) => 2 * random.uniform()),
  sparse: plain(true, (random) => (random.chance(0.85) ? 0 : bothSigns(random))),
  "on an offset": plain(true, (random) => 1000 + bothSigns(random)),
  // 24 octaves, evenly.
  "many magnitudes": plain(true, (random) => fromBits(random.bits(), random.integer(-12, 11))),
  "a magnitude a plane": {
    mayCancel: true,
    ofPlane: (random) => {
      const scale = 2 ** random.integer(-12, 12);
      return (next) => scale * bothSigns(next);
    },
  },
  "bright pixels": plain(true, (random) => (random.chance(0.01) ? 1e6 : 1) * random.uniform()),
  // All of the numbers below 2^-126, which have fewer digits.
  denormal: plain(true, (random) => {
    floatBits[0] = random.bits() & 0x807fffff;
    return float[0] as number;
  }),
  huge: plain(true, (random) => 1e30 * (2 * random.uniform() - 1)),
} satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

export const familyNames: readonly FamilyName[] = Object.keys(families) as FamilyName[];

/** For arrays that are multiplied with one of any family: their products stay within float32. */
export const moderateFamilies: readonly FamilyName[] = familyNames.filter(
  (name) => name !== "denormal" && name !== "huge",
);

export function mayCancel(...names: readonly FamilyName[]): boolean {
  return names.some((name) => families[name].mayCancel);
}

// Numbers after which those of a long array come again, a prime: drawing takes longer than most kernels.
const PERIOD = 65_521;

/** @param plane numbers of a plane, a row, or whatever may have a magnitude of its own. */
export function valuesOf(
  name: FamilyName,
  seed: number,
  purpose: string,
  length: number,
  plane: number = length,
): Float32Array {
  const random = new Random(seed, purpose);
  const values = new Float32Array(length);
  const family: Family = families[name];
  let draw: Draw = bothSigns;
  const drawn = Math.min(length, PERIOD);
  for (let i = 0; i < drawn; i++) {
    if (i % Math.max(1, plane) === 0) draw = family.ofPlane(random);
    values[i] = draw(random);
  }
  for (let i = drawn; i < length; i += drawn) values.copyWithin(i, 0, Math.min(drawn, length - i));
  return values;
}

/** What may take the place of one number of an array. */
export const spoilers = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  /** Far from what is around it. */
  "1e6": 1e6,
};

export type Spoiler = "none" | keyof typeof spoilers;

export const spoilerNames: readonly Spoiler[] = ["none", "NaN", "Infinity", "-Infinity"];

/** Puts NaN or an infinity somewhere into an array that has a place for it. */
export function spoil(values: Float32Array, spoiler: Spoiler, seed: number): Float32Array {
  if (spoiler === "none" || values.length === 0) return values;
  values[new Random(seed, "spoilt place").integer(0, values.length - 1)] = spoilers[spoiler];
  return values;
}

export function inFloat64(values: Float32Array): Float64Array {
  return Float64Array.from(values);
}

/** In float64, for the sum of the sizes of the terms. */
export function absolute(values: Float32Array): Float64Array {
  return inFloat64(values).map(Math.abs);
}
