/**
 * The draws of the suite: 32 bits at a time from the sfc32 generator (Chris Doty-Humphrey, PractRand), the same in every
 * engine. The library's own RandomStream takes ten times as long a number, and values are most of a case's numbers.
 */

export class Random {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #counter = 1;

  /** Streams of one seed for two purposes have nothing in common. */
  constructor(seed: number, purpose: string) {
    this.#a = hashOf(purpose);
    this.#b = seed | 0;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 bits as an unsigned whole number. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** In [0, 1). */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number from first to last. */
  integer(first: number, last: number): number {
    return first + Math.floor(this.uniform() * (last - first + 1));
  }

  chance(share: number): boolean {
    return this.uniform() < share;
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.integer(0, values.length - 1)] as Value;
  }

  /** A whole number of 1 to `most`, small ones as often as large ones: each octave has the same share. */
  size(most: number): number {
    return Math.min(Math.floor(most), Math.floor(2 ** (this.uniform() * Math.log2(most + 1))));
  }

  /**
   * One less than a power of two, the power, or one more, up to `most`: blocks, tiles and slices are powers of two, and
   * what goes wrong at the boundaries of work goes wrong there.
   */
  nearPower(most: number): number {
    const power = 2 ** this.integer(0, Math.floor(Math.log2(most)));
    return Math.min(Math.floor(most), Math.max(1, power + this.integer(-1, 1)));
  }

  /** A size for an axis: anything, or near a boundary. */
  axis(most: number): number {
    return this.chance(0.5) ? this.size(most) : this.nearPower(most);
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
