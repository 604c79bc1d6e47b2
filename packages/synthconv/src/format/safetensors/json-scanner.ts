import { FormatError } from "../../core/index.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Reads JSON token by token from bytes. JSON.parse would build whatever a hostile text describes (a megabyte of
 * brackets becomes many of objects), keep the last of duplicate keys and set prototypes; here the caller asks
 * for each token that its format allows, and nothing else is ever built.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array;
  readonly #where: string;
  #position = 0;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#where = where;
  }

  /** @throws {FormatError} always; tells the position. */
  fail(expected: string, received: string): never {
    throw new FormatError({
      where: `${this.#where}, header byte ${this.#position}`,
      expected,
      received,
      repair: "The file is damaged or no safetensors file.",
    });
  }

  /** The next token is this one character. */
  take(character: string): void {
    if (this.#peek() !== character.charCodeAt(0)) this.fail(`"${character}"`, this.#describe());
    this.#position++;
  }

  /** Takes the character if it comes next, and says whether it did. */
  takeIf(character: string): boolean {
    if (this.#peek() !== character.charCodeAt(0)) return false;
    this.#position++;
    return true;
  }

  /** Only white space is left. */
  takeEnd(): void {
    if (this.#peek() !== undefined) this.fail("the end of the header", this.#describe());
  }

  takeString(): string {
    if (!this.takeIf('"')) this.fail("a string", this.#describe());
    const start = this.#position;
    let escaped = false;
    for (;;) {
      const byte = this.#bytes[this.#position];
      if (byte === undefined) this.fail("the closing quote of a string", "the end of the header");
      if (byte === QUOTE) break;
      if (byte < 0x20) this.fail("no control character in a string", `byte ${byte}`);
      if (byte === BACKSLASH) escaped = true;
      this.#position += byte === BACKSLASH ? 2 : 1;
    }
    const text = this.#decode(this.#bytes.subarray(start, this.#position), escaped);
    this.#position++;
    return text;
  }

  /** A whole number of 0 or more that a double holds exactly. */
  takeWholeNumber(): number {
    this.#peek();
    const start = this.#position;
    let value = 0;
    for (;;) {
      const byte = this.#bytes[this.#position];
      if (byte === undefined || byte < ZERO || byte > NINE) break;
      value = 10 * value + (byte - ZERO);
      if (value > Number.MAX_SAFE_INTEGER) this.fail("a whole number below 2^53", "a larger one");
      this.#position++;
    }
    const digits = this.#position - start;
    if (digits === 0) this.fail("a whole number", this.#describe());
    if (digits > 1 && this.#bytes[start] === ZERO)
      this.fail("a number without leading zeros", "one with them");
    return value;
  }

  #decode(bytes: Uint8Array, escaped: boolean): string {
    let text: string;
    try {
      text = decoder.decode(bytes);
      if (escaped) text = JSON.parse(`"${text}"`) as string;
    } catch {
      this.fail("a JSON string in UTF-8", "bytes that are none");
    }
    if (/\p{Surrogate}/u.test(text)) this.fail("a string of whole characters", "half a surrogate pair");
    return text;
  }

  #peek(): number | undefined {
    for (;;) {
      const byte = this.#bytes[this.#position];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.#position++;
    }
  }

  #describe(): string {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) return "the end of the header";
    return byte > 0x20 && byte < 0x7f ? JSON.stringify(String.fromCharCode(byte)) : `byte ${byte}`;
  }
}
