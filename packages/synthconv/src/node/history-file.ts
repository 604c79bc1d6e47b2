/**
 * The history of a training run as JSON lines: one record a step, appended as it happens. A process that is
 * killed may leave half a line at the end; it is passed over when reading and cut off when the run goes on.
 */
import { FormatError } from "../core/index.js";
import type { HistoryRecord } from "../train/index.js";
import { AppendFile } from "./append-file.js";
import { displayPath, type FilePath } from "./file-path.js";
import { checkPath } from "./kinds.js";
import { readRegularFile } from "./regular-file.js";

export const HISTORY_FILE_NAME = "history.jsonl";

const NEWLINE = 0x0a;

/**
 * The records of a history file.
 *
 * @throws {FormatError} naming the line that is no record; a last line without its end is left out instead.
 * @throws {FileError} when the file cannot be read.
 */
export async function readHistory(path: FilePath): Promise<HistoryRecord[]> {
  checkPath("readHistory", path);
  const records: HistoryRecord[] = [];
  for (const { text } of wholeLines(await readRegularFile(path, "a readable history file"))) {
    const record = parseRecord(text);
    if (record === undefined) {
      throw new FormatError({
        where: `${displayPath(path)}, line ${records.length + 1}`,
        expected: "a record with step, loss, learningRate and gradientNorm",
        received: JSON.stringify(text.slice(0, 60)),
      });
    }
    records.push(record);
  }
  return records;
}

/** Appends records to a history file. Open one at a time: run folders have a lock. */
export class HistoryWriter {
  readonly #file: AppendFile;

  private constructor(file: AppendFile) {
    this.#file = file;
  }

  /**
   * Opens the file, made when it does not exist, and cuts off everything from the record of step `step` on:
   * those steps are about to be done again. Also cut off are a torn line and what follows a gap.
   *
   * @throws {FileError} when the system refuses.
   */
  static open(path: FilePath, step: number): HistoryWriter {
    return new HistoryWriter(AppendFile.open(path, (bytes) => keptLength(bytes, step)));
  }

  /** @throws {FileError} when the system refuses (a full disk, say). */
  append(record: HistoryRecord): void {
    this.#file.append(new TextEncoder().encode(`${JSON.stringify(record)}\n`));
  }

  /** @throws {FileError} when the system refuses. */
  sync(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

/** Bytes up to the first record that is torn, out of sequence, or not before `step`. */
function keptLength(bytes: Uint8Array, step: number): number {
  let length = 0;
  let previous: number | undefined;
  for (const { text, end } of wholeLines(bytes)) {
    const record = parseRecord(text);
    const isNext = previous === undefined || record?.step === previous + 1;
    if (record === undefined || !isNext || record.step >= step) break;
    previous = record.step;
    length = end;
  }
  return length;
}

/** The lines that have an end, each with the position behind it. */
function* wholeLines(bytes: Uint8Array): Generator<{ text: string; end: number }> {
  const decoder = new TextDecoder();
  let start = 0;
  for (;;) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline < 0) return;
    yield { text: decoder.decode(bytes.subarray(start, newline)), end: newline + 1 };
    start = newline + 1;
  }
}

function parseRecord(text: string): HistoryRecord | undefined {
  try {
    const { step, loss, learningRate, gradientNorm } = JSON.parse(text) as Record<string, unknown>;
    const isNumber = (value: unknown): value is number => typeof value === "number";
    if (!isNumber(step) || !isNumber(loss) || !isNumber(learningRate) || !isNumber(gradientNorm))
      return undefined;
    return { step, loss, learningRate, gradientNorm };
  } catch {
    return undefined;
  }
}
