/**
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers:
 * as easy as 1, 2, 3", SC 2011). A draw depends on (seed, step, purpose, position) alone and never on
 * what was drawn before for another purpose, so a resumed run sees the numbers of an uninterrupted one.
 */
import { check, checkOptions, type Fields } from "./arguments.js";
import { instanceOf, type Kind, optional, STRING, whole } from "./kinds.js";

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of the unsigned 64-bit product, from 16-bit halves (no BigInt in the inner loop). */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middleLow = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + (middleLow >>> 16)) >>> 0;
}

/** One Philox block: four 32-bit words from a 128-bit counter and a 64-bit key, written to `out`. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array,
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** FNV-1a, 32 bits: turns a purpose's name into a counter word. */
function hashPurpose(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < purpose.length; index++) {
    hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** What a stream of random numbers is keyed by. */
export interface RandomKey {
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** What the numbers are for: `"init:generator.0.weight"`, `"batch"`. */
  readonly purpose: string;
  /** Training step, from 0. */
  readonly step?: number;
}

const LIMIT = whole(1, 2 ** 32);
const COUNT: Kind<number> = { ...whole(0), expected: "a whole number from 0 to 2^53 - 1" };
const RANDOM_KEY: Fields<RandomKey> = { seed: COUNT, purpose: STRING, step: optional(COUNT) };

/**
 * While `touched` is there, streams that draw say in it how they are put back: a diagnosis runs a loss function
 * again from the very numbers of the run before.
 */
export const drawing: { touched: Map<RandomStream, () => void> | undefined } = { touched: undefined };

/** A stream of random numbers. Two streams with the same key give the same numbers. */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #step: number;
  readonly #purpose: number;
  readonly #words = new Uint32Array(4);
  #block = 0;
  #next = 4;
  #spareNormal: number | undefined;

  /** @throws {ValueError} when the seed or the step is not a whole number of 0 or more. */
  constructor(key: RandomKey) {
    checkOptions("RandomStream", key, RANDOM_KEY);
    const { seed, purpose, step = 0 } = key;
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
    // A run that is repeated draws the same numbers, whichever step its counter has come to.
    this.#step = drawing.touched === undefined ? step : 0;
    this.#purpose = hashPurpose(purpose);
  }

  /** 32 random bits as an unsigned whole number. */
  uint32(): number {
    if (drawing.touched !== undefined) this.#rememberIn(drawing.touched);
    if (this.#next === 4) {
      const stepLow = this.#step >>> 0;
      philox4x32(
        [this.#block >>> 0, Math.floor(this.#block / 2 ** 32), stepLow, this.#purpose],
        this.#key,
        this.#words,
      );
      this.#block++;
      this.#next = 0;
    }
    return this.#words[this.#next++] as number;
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /**
   * Uniform whole number in [0, limit), unbiased by rejection.
   *
   * @throws {ValueError} when the limit is not a whole number from 1 to 2^32.
   */
  integer(limit: number): number {
    check("integer", "limit", limit, LIMIT);
    const accepted = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const word = this.uint32();
      if (word < accepted) return word % limit;
    }
  }

  /** Standard normal (Box and Muller, 1958, eq. 1). */
  normal(): number {
    if (drawing.touched !== undefined) this.#rememberIn(drawing.touched);
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    // 1 - uniform() lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  #rememberIn(touched: Map<RandomStream, () => void>): void {
    if (touched.has(this)) return;
    const [block, next, spare, words] = [this.#block, this.#next, this.#spareNormal, this.#words.slice()];
    touched.set(this, () => {
      this.#block = block;
      this.#next = next;
      this.#spareNormal = spare;
      this.#words.set(words);
    });
  }
}

export const RANDOM: Kind<RandomStream> = instanceOf(RandomStream, "a RandomStream");
