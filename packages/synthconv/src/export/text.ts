/** Pieces of source text that the languages share. */

/** The shortest decimal that float32 reads back, with a point, as shader languages ask for. */
export function float(value: number): string {
  const rounded = Math.fround(value);
  for (let digits = 6; digits <= 9; digits++) {
    const text = String(Number(rounded.toPrecision(digits)));
    if (Math.fround(Number(text)) !== rounded) continue;
    return /[.e]/.test(text) ? text : `${text}.0`;
  }
  return String(rounded);
}

/** Comma separated, a few to a line. */
export function floats(values: Iterable<number>): string {
  const all = Array.from(values, float);
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += 8) lines.push(all.slice(at, at + 8).join(", "));
  return lines.join(",\n  ");
}

/** Line comments; nothing in them ends one. */
export function commentLines(comments: readonly string[]): string[] {
  return comments.flatMap((comment) => comment.split(/[\r\n]/).map((line) => `// ${line}`));
}
