/** One table, two dresses: aligned columns for a terminal, Markdown for docs/benchmarks.md. */
export interface Column {
  readonly header: string;
  readonly align: "left" | "right";
}

export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  /** As many cells per row as there are columns. */
  readonly rows: readonly (readonly string[])[];
  /** A sentence each, below the table. */
  readonly notes: readonly string[];
}

/** Columns from their headers; the first is left-aligned, numbers follow. */
export function columns(first: string, ...others: readonly string[]): Column[] {
  return [{ header: first, align: "left" }, ...others.map((header) => ({ header, align: "right" }) as const)];
}

export function textTable({ title, columns: heads, rows, notes }: Table): string {
  const widths = heads.map(({ header }, column) =>
    Math.max(...[header, ...rows.map((row) => row[column] ?? "")].map((cell) => [...cell].length)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${heads.map(({ align }, i) => pad(cells[i] ?? "", widths[i] as number, align)).join("   ")}`.trimEnd();
  const rule = `  ${widths.map((width) => "─".repeat(width)).join("───")}`;
  const body = rows.length === 0 ? [] : [line(heads.map(({ header }) => header)), rule, ...rows.map(line)];
  return [title, "", ...body, ...notes.map((note) => `  ${note}`), ""].join("\n");
}

function pad(text: string, width: number, align: Column["align"]): string {
  const space = " ".repeat(width - [...text].length);
  return align === "left" ? text + space : space + text;
}

export function markdownTable({ title, columns: heads, rows, notes }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = line(heads.map(({ align }) => (align === "left" ? "---" : "--:")));
  const body =
    rows.length === 0 ? [] : [line(heads.map(({ header }) => header)), rule, ...rows.map(line), ""];
  return [`**${title}**`, "", ...body, ...notes.flatMap((note) => [note, ""])].join("\n");
}

/** Three digits that matter, and none beyond them: 0.0123, 1.23, 12.3, 123, 1234. */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(Math.max(digits, 0), 6));
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–";
}

/** `12.3 (11.9 – 12.6)`: a median and its quartiles. */
export function spread({ median, lower, upper }: { median: number; lower: number; upper: number }): string {
  if (!Number.isFinite(median)) return "–";
  return `${threeDigits(median)} (${threeDigits(Math.min(lower, upper))} – ${threeDigits(Math.max(lower, upper))})`;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const BAR_CELLS = 10;

/** A share of 0 to 1 as a bar of ten cells; more than all is drawn as all. */
export function bar(share: number): string {
  if (!Number.isFinite(share)) return "";
  const eighths = Math.round(8 * BAR_CELLS * Math.min(Math.max(share, 0), 1));
  return ("█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]).padEnd(BAR_CELLS, "·");
}
