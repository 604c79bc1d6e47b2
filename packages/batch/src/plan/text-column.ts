/**
 * Very many texts, as their bytes. Strings of an engine take a header each, and one that was cut out of a page of a
 * listing keeps that whole page in memory.
 */

// Each text lies within one chunk.
const CHUNK_BYTES = 2 ** 20;
const LENGTH_BYTES = 4;

export class TextColumn {
  readonly #chunks: Buffer[] = [];
  /** Where each text begins: the chunk's number times a chunk's bytes, and the place in it. */
  readonly #places: number[] = [];
  #used = 0;

  get length(): number {
    return this.#places.length;
  }

  push(text: string): void {
    const bytes = Buffer.byteLength(text);
    const needed = bytes + LENGTH_BYTES;
    // Keys of S3 have 1,024 bytes at most, paths 4,096: a longer text than a chunk is no name.
    if (needed > CHUNK_BYTES) throw new RangeError(`expected a text of less than ${CHUNK_BYTES} bytes`);
    if (this.#chunks.length === 0 || this.#used + needed > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#used = 0;
    }
    const number = this.#chunks.length - 1;
    const chunk = this.#chunks[number] as Buffer;
    chunk.writeUInt32LE(bytes, this.#used);
    chunk.write(text, this.#used + LENGTH_BYTES);
    this.#places.push(number * CHUNK_BYTES + this.#used);
    this.#used += needed;
  }

  /** Empty for an index that is none. */
  at(index: number): string {
    const place = this.#places[index] ?? -1;
    const chunk = this.#chunks[Math.floor(place / CHUNK_BYTES)];
    if (chunk === undefined) return "";
    const start = (place % CHUNK_BYTES) + LENGTH_BYTES;
    return chunk.toString("utf8", start, start + chunk.readUInt32LE(start - LENGTH_BYTES));
  }
}
