/** Text of a page, put together so that nothing of it is taken for markup. */
import { escapeText } from "../../core/escape-text.js";

/** Markup that may stand in a page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Insert = Markup | string | number | readonly Markup[] | undefined;

/** A template whose inserts are escaped, apart from other markup; undefined inserts nothing. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let text = strings[0] ?? "";
  inserts.forEach((insert, index) => {
    text += insertText(insert) + (strings[index + 1] ?? "");
  });
  return new Markup(text);
}

function insertText(insert: Insert): string {
  if (insert === undefined) return "";
  if (insert instanceof Markup) return insert.text;
  if (typeof insert === "string" || typeof insert === "number") return escapeText(String(insert));
  return insert.map(({ text }) => text).join("");
}

/** A coordinate in a drawing: a tenth of a pixel is enough, and keeps the page small. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}
