/**
 * Where a command's words go. The report for people and the JSON document are stdout's; progress, warnings
 * and errors are stderr's.
 */

import { asFileError, visibleJson, visibleText } from "synthconv/internal/node";
import type { TextStream } from "synthconv/node";
import { plainLine } from "./failure.js";

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** stdout takes a photo as well, as `-o -`. */
export interface ReportStream extends TextStream {
  write(chunk: string | Uint8Array): unknown;
}

export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly stdout: ReportStream;
  readonly stderr: TextStream;
  readonly #command: string;

  constructor(
    command: string,
    streams: { stdout: ReportStream; stderr: TextStream },
    options: OutputOptions,
  ) {
    this.#command = command;
    this.stdout = streams.stdout;
    this.stderr = streams.stderr;
    this.json = options.json;
    this.quiet = options.quiet;
  }

  /**
   * Lines of the report for people: silent under --json and --quiet. Strangers' names and titles in them cannot steer
   * the terminal nor begin a line of their own.
   */
  print(lines: string | readonly string[]): void {
    const all = typeof lines === "string" ? [lines] : lines;
    this.printReady(all.map(visibleText).join("\n"));
  }

  /** A report that is made for terminals already, with its colours. */
  printReady(text: string): void {
    if (!this.json && !this.quiet) this.stdout.write(`${text}\n`);
  }

  /** One line about something that did not stop the work: silent under --quiet. */
  warn(text: string): void {
    if (!this.quiet) this.#line(`warning: ${text}`);
  }

  /** One line about something that failed: never silent. */
  error(text: string): void {
    this.#line(text);
  }

  /**
   * A whole file in place of the report.
   *
   * @throws {FileError} when its reader has gone or the system refuses.
   */
  file(bytes: Uint8Array): void {
    try {
      this.stdout.write(bytes);
    } catch (error) {
      throw asFileError(error, "stdout", "a reader that takes the whole file");
    }
  }

  /** The document of --json. */
  document(value: unknown): void {
    this.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`);
  }

  #line(text: string): void {
    this.stderr.write(`${this.#command}: ${plainLine(text)}\n`);
  }
}
