/**
 * Text of strangers (names of files, titles, comments) as a terminal may show it: what would steer the terminal, turn
 * the direction of what follows, or not be seen at all stands there as an escape.
 */

// Controls, formats (bidirectional controls, zero-width characters, tags), line and paragraph separators; then letters
// that are blank: a combining joiner, Hangul fillers, an empty braille cell.
const UNSEEN = /\u034f|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;

/** One line: `\u{202e}` in place of a right-to-left override, `\u{a}` of a line feed. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The JSON with the same characters written as JSON escapes them: it means the same, and may be shown on a terminal. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (character) => (character === "\n" ? character : jsonEscape(character)));
}

function jsonEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Bytes as text; those that are no UTF-8 as `\xff`. */
export function visibleBytes(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let shown = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterBytes(bytes, at, decoder);
    const part = bytes.subarray(at, at + Math.max(1, length));
    shown += length > 0 ? visibleText(decoder.decode(part)) : `\\x${part[0]?.toString(16).padStart(2, "0")}`;
    at += part.length;
  }
  return shown;
}

/** Bytes of the character that begins here; 0 where none does. */
function characterBytes(bytes: Uint8Array, at: number, decoder: TextDecoder): number {
  const lead = bytes[at] as number;
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  try {
    decoder.decode(bytes.subarray(at, at + length));
    return at + length <= bytes.length ? length : 0;
  } catch {
    return 0;
  }
}
