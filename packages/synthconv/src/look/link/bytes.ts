/** Bytes one after the other: whole numbers as LEB128, float32 and uint32 big-endian, numbers of some bits packed. */
import { FormatError } from "../../core/errors.js";

/** LEB128 of 28 bits: more than any length in a link. */
const MAX_VARINT_BYTES = 4;

export class ByteWriter {
  #data = new Uint8Array(256);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#data.length) {
      const longer = new Uint8Array(2 * this.#length);
      longer.set(this.#data);
      this.#data = longer;
    }
    this.#data[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    for (const value of values) this.byte(value);
  }

  /** @param value 0 to 2^28 - 1. */
  varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.byte((rest & 127) | 128);
    this.byte(rest);
  }

  uint32(value: number): void {
    for (const shift of [24, 16, 8, 0]) this.byte((value >>> shift) & 255);
  }

  float32(value: number): void {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value);
    this.uint32(view.getUint32(0));
  }

  result(): Uint8Array {
    return this.#data.slice(0, this.#length);
  }
}

/** @throws {FormatError} from every method where the bytes end too early. */
export class ByteReader {
  readonly #data: Uint8Array;
  readonly #where: string;
  #at = 0;

  constructor(data: Uint8Array, where: string) {
    this.#data = data;
    this.#where = where;
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.#data.length - this.#at;
  }

  byte(): number {
    return this.bytes(1)[0] as number;
  }

  bytes(count: number): Uint8Array {
    if (count > this.left) {
      throw new FormatError({
        where: this.#where,
        expected: `${count} more bytes`,
        received: `${this.left}, the end`,
      });
    }
    this.#at += count;
    return this.#data.subarray(this.#at - count, this.#at);
  }

  varint(): number {
    let value = 0;
    for (let nth = 0; nth < MAX_VARINT_BYTES; nth++) {
      const byte = this.byte();
      value |= (byte & 127) << (7 * nth);
      if (byte < 128) return value;
    }
    throw new FormatError({
      where: this.#where,
      expected: "a whole number below 2^28",
      received: "a larger one",
    });
  }

  uint32(): number {
    const [a, b, c, d] = this.bytes(4) as unknown as [number, number, number, number];
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  float32(): number {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, this.uint32());
    return view.getFloat32(0);
  }
}

/** Numbers of a few bits, the highest bit first. */
export class BitWriter {
  readonly #to: ByteWriter;
  #held = 0;
  #count = 0;

  constructor(to: ByteWriter) {
    this.#to = to;
  }

  /** @param bits at most 24. */
  write(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) {
      this.#held = (this.#held << 1) | ((value >>> bit) & 1);
      if (++this.#count < 8) continue;
      this.#to.byte(this.#held);
      this.#held = 0;
      this.#count = 0;
    }
  }

  /** Fills the last byte up with zeros. */
  end(): void {
    if (this.#count > 0) this.write(0, 8 - this.#count);
  }
}

export class BitReader {
  readonly #from: ByteReader;
  #held = 0;
  #count = 0;

  constructor(from: ByteReader) {
    this.#from = from;
  }

  read(bits: number): number {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) {
      if (this.#count === 0) {
        this.#held = this.#from.byte();
        this.#count = 8;
      }
      this.#count--;
      value = (value << 1) | ((this.#held >>> this.#count) & 1);
    }
    return value;
  }
}
