// Letters that a terminal draws two cells wide, and marks that it draws over the letter before: enough of
// Unicode Standard Annex 11 for file names to line up.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const MARK = /[\p{Mark}\p{Format}]/u;

/** Cells of a terminal that `text` takes. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (WIDE.test(character)) width += 2;
    else if (!MARK.test(character)) width += 1;
  }
  return width;
}

/** The longest beginning of `text` that fits into `cells`. */
export function cutToWidth(text: string, cells: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += cellWidth(character);
    if (width > cells) break;
    end += character.length;
  }
  return text.slice(0, end);
}
