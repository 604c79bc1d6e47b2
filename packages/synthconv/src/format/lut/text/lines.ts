import { refuse } from "../refuse.js";

/** A line of a text file that says something: neither blank nor a comment. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** The file and the line, as messages name them. */
  readonly where: string;
  /** Without white space around it. */
  readonly text: string;
}

/** Adobe allows 250 characters; a hundred digits per number would still fit. Comments may be longer. */
const MAX_LINE_BYTES = 4096;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HASH = 0x23;
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;

/**
 * The lines of a text, whether they end in LF, CR LF or CR, without blank lines and comments (#). One line at a time
 * is decoded.
 *
 * @param name what messages call the file.
 * @param maxBytes of a line.
 * @throws {FormatError} for a line that no table has.
 */
export function* linesOf(
  bytes: Uint8Array,
  name: string,
  maxBytes: number = MAX_LINE_BYTES,
): Generator<Line> {
  const decoder = new TextDecoder();
  let begin = 0;
  let number = 1;
  while (begin < bytes.length) {
    let end = begin;
    while (end < bytes.length && bytes[end] !== LINE_FEED && bytes[end] !== CARRIAGE_RETURN) end++;
    while (begin < end && isSpace(bytes[begin])) begin++;
    if (begin < end && bytes[begin] !== HASH) {
      const where = `${name}, line ${number}`;
      if (end - begin > maxBytes) {
        refuse(where, `at most ${maxBytes} bytes`, `${end - begin}`, "This is no table in text.");
      }
      const text = decoder.decode(bytes.subarray(begin, end)).trim();
      // A byte order mark may stand before a blank line or a comment.
      if (text !== "" && !text.startsWith("#")) yield { number, where, text };
    }
    begin = end + (bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED ? 2 : 1);
    number++;
  }
}

/** The words of a line, without a comment behind them. */
export function wordsOf(text: string): string[] {
  return text.replace(/#.*/, "").trim().split(/\s+/);
}
