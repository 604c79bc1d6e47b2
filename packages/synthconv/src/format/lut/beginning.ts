/** The beginning of a file, as formats look at it to recognize their own. */
export interface Beginning {
  readonly bytes: Uint8Array;
  /** Without a byte order mark; undefined where the bytes are no text. */
  readonly text?: string;
  /** The text without comment lines (#) and without white space around it. */
  readonly body?: string;
}

/** Enough to see the first keyword behind a long note. */
const BEGINNING_BYTES = 4096;

export function beginningOf(file: Uint8Array): Beginning {
  const bytes = file.subarray(0, BEGINNING_BYTES);
  if (bytes.includes(0)) return { bytes };
  const text = new TextDecoder().decode(bytes);
  return { bytes, text, body: text.replace(/^[ \t]*#.*$/gm, "").trim() };
}

/** A test for text whose first line that is no comment has this form. */
export function bodyMatches(pattern: RegExp): (beginning: Beginning) => boolean {
  return ({ body }) => body !== undefined && pattern.test(body);
}

export function isXml({ body }: Beginning): boolean {
  return body?.startsWith("<") === true;
}

/** A test for XML in which this text stands near the beginning. */
export function isXmlWith(text: string): (beginning: Beginning) => boolean {
  return (beginning) => isXml(beginning) && beginning.body?.includes(text) === true;
}
