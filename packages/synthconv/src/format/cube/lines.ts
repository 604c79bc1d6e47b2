/** Where one line of a text file lies. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly begin: number;
  /** The byte after the last, without the line's end. */
  readonly end: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The lines of a text in bytes, whether they end in LF, CR LF or CR. No text is built. */
export function* linesOf(bytes: Uint8Array): Generator<Line> {
  let begin = 0;
  let number = 1;
  while (begin < bytes.length) {
    let end = begin;
    while (end < bytes.length && bytes[end] !== LINE_FEED && bytes[end] !== CARRIAGE_RETURN) end++;
    yield { number, begin, end };
    begin = end + (bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED ? 2 : 1);
    number++;
  }
}
