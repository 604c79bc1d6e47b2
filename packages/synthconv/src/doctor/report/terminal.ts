/** A diagnosis for a terminal: the verdict, where and what to write, then every finding and every parameter. */
import { checkOptions, type Fields } from "../../core/arguments.js";
import { largest } from "../../core/extremes.js";
import { BOOLEAN, NUMBER, optional } from "../../core/kinds.js";
import { visibleText } from "../../core/visible-text.js";
import type { Diagnosis, Finding, ParameterDiagnosis, ParameterStatus } from "../diagnosis.js";
import { checkedDiagnosis } from "../kinds.js";
import {
  faultTitle,
  hypernetworkSentences,
  lastOf,
  lossText,
  nameList,
  numberText,
  placeText,
  statusWord,
} from "./words.js";

export interface TerminalReportOptions {
  /** Colour it with escape sequences. Default false. */
  readonly colour?: boolean;
  /** Characters per line; sentences are wrapped to it, tables are not. Default 100. */
  readonly columns?: number;
  /** Marks outside ASCII. Default false. */
  readonly unicode?: boolean;
}

const TERMINAL_OPTIONS: Fields<TerminalReportOptions> = {
  colour: optional(BOOLEAN),
  columns: optional(NUMBER),
  unicode: optional(BOOLEAN),
};

type Style = "bold" | "dim" | "red" | "green" | "yellow";

// Select Graphic Rendition parameters, ECMA-48 section 8.3.117.
const STYLES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

const STATUS_STYLES: Readonly<Record<ParameterStatus, Style>> = {
  learns: "green",
  frozen: "dim",
  idle: "dim",
  cut: "red",
  unused: "red",
  zero: "red",
  notHeld: "red",
  exploding: "yellow",
  nonFinite: "red",
};

const MARKS = {
  well: ["ok", "✓", "green"],
  warned: ["WARNING", "!", "yellow"],
  ill: ["NOT LEARNING", "✗", "red"],
} as const;

const NARROWEST = 40;
const INDENT = "   ";

/**
 * The report as lines without a last line break. Its first three lines say what is wrong, where, and what to
 * write instead.
 */
export function terminalReport(diagnosis: Diagnosis, options: TerminalReportOptions = {}): string {
  checkedDiagnosis("terminalReport", diagnosis);
  checkOptions("terminalReport", options, TERMINAL_OPTIONS);
  return reportOf(visibleStrings(diagnosis), new Writer(options));
}

function reportOf(diagnosis: Diagnosis, writer: Writer): string {
  const worst = diagnosis.findings.find(({ severity }) => severity === "fault");
  writer.headline(diagnosis);
  if (worst !== undefined) {
    writer.labelled("where", worst.place === undefined ? "no single line" : placeText(worst.place));
    if (worst.repair !== undefined) writer.labelled("write", worst.repair);
  }
  diagnosis.findings.forEach((finding, index) => {
    writer.finding(finding, index + 1);
  });
  const answers = hypernetworkSentences(diagnosis);
  if (answers.length > 0) {
    writer.gap();
    for (const sentence of answers) writer.wrapped(sentence, "");
  }
  writer.gap();
  writer.parameters(diagnosis.parameters);
  const loss = lossText(diagnosis);
  if (loss !== "") {
    writer.gap();
    writer.line(writer.styled(loss, "dim"));
  }
  return writer.text();
}

/** Names, causes and lines of code as a terminal may show them: they come from files and programs of strangers. */
function visibleStrings<Value>(value: Value): Value {
  if (typeof value === "string") return visibleText(value) as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    // Numbers of as many steps as were watched.
    const isNumbers = typeof value[0] === "number" || value[0] === null;
    return isNumbers ? value : (value.map(visibleStrings) as Value);
  }
  const entries = Object.entries(value).map(([name, entry]) => [name, visibleStrings(entry)]);
  return Object.fromEntries(entries);
}

class Writer {
  readonly #lines: string[] = [];
  readonly #colour: boolean;
  readonly #columns: number;
  readonly #unicode: boolean;

  constructor({ colour = false, columns = 100, unicode = false }: TerminalReportOptions) {
    this.#colour = colour;
    this.#columns = Math.max(NARROWEST, columns);
    this.#unicode = unicode;
  }

  text(): string {
    return this.#lines.join("\n");
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  gap(): void {
    this.line("");
  }

  styled(text: string, ...styles: Style[]): string {
    if (!this.#colour || text === "") return text;
    return `\u001b[${styles.map((style) => STYLES[style]).join(";")}m${text}\u001b[0m`;
  }

  /** One line, however long: it is what a person greps for. */
  headline({ state, verdict }: Diagnosis): void {
    const [ascii, unicode, style] = MARKS[state];
    this.line(this.styled(`${this.#unicode ? unicode : ascii}  ${verdict}`, "bold", style));
  }

  labelled(label: string, text: string): void {
    this.line(`${INDENT}${this.styled(label.padEnd(6), "dim")} ${text}`);
  }

  finding({ fault, severity, parameters, place, cause, repair }: Finding, number: number): void {
    this.gap();
    const title = `${number}. ${faultTitle(fault)}${severity === "warning" ? " (warning)" : ""}`;
    const where = place === undefined ? "" : `  ${this.styled(placeText(place), "dim")}`;
    this.line(`${this.styled(title, "bold", severity === "warning" ? "yellow" : "red")}${where}`);
    if (place?.source !== undefined) {
      const bar = this.#unicode ? "│" : "|";
      this.line(`${INDENT}${this.styled(`${place.line} ${bar}`, "dim")} ${place.source.trim()}`);
    }
    this.wrapped(cause, INDENT);
    if (repair !== undefined) this.wrapped(repair, INDENT);
    if (parameters.length > 0) {
      this.wrapped(`${severity === "warning" ? "about" : "stops"}: ${nameList(parameters, 8)}`, INDENT);
    }
  }

  wrapped(text: string, indent: string): void {
    let current = indent;
    for (const word of text.split(" ")) {
      const isFirst = current === indent;
      if (!isFirst && current.length + 1 + word.length > this.#columns) {
        this.line(current);
        current = indent + word;
      } else {
        current += isFirst ? word : ` ${word}`;
      }
    }
    this.line(current);
  }

  parameters(parameters: readonly ParameterDiagnosis[]): void {
    const header = ["parameter", "shape", "status", "gradient", "update/weight", "dead units", "note"];
    const rows = parameters.map((parameter) => [
      parameter.name,
      `[${parameter.shape}]`,
      statusWord(parameter.status),
      numberText(lastOf(parameter.numbers.gradientNorm)),
      numberText(lastOf(parameter.numbers.updateRatio)),
      parameter.deadUnits === undefined ? "-" : `${parameter.deadUnits.dead} of ${parameter.deadUnits.units}`,
      noteOf(parameter),
    ]);
    const widths = header.map((title, column) =>
      largest(
        rows.map((row) => (row[column] ?? "").length),
        title.length,
      ),
    );
    const pad = (cells: readonly string[]): string[] =>
      cells.map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 3 || column === 4 || column === 5 ? cell.padStart(width) : cell.padEnd(width);
      });
    this.line(this.styled(pad(header).join("  ").trimEnd(), "dim"));
    rows.forEach((row, index) => {
      const cells = pad(row);
      const status = parameters[index]?.status ?? "learns";
      cells[2] = this.styled(cells[2] ?? "", STATUS_STYLES[status]);
      this.line(cells.join("  ").trimEnd());
    });
  }
}

function noteOf({ excuse, finding, numbers }: ParameterDiagnosis): string {
  const notes: string[] = [];
  if (excuse !== undefined) notes.push(excuse);
  else if (finding !== undefined) notes.push(`see ${finding + 1}`);
  if (numbers.nonFinite > 0) notes.push(`${numbers.nonFinite} entries not finite`);
  return notes.join("; ");
}
