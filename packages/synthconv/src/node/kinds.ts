/** What the functions of node/ take. */
import { check, type Fields, type Kind, kind, NUMBER, whole } from "../core/index.js";
import type { HistoryRecord } from "../train/index.js";
import type { FilePath } from "./file-path.js";

/** Any, also one that no file can have. */
export const PATH: Kind<FilePath> = kind(
  "a path, a string or a Buffer",
  (value) => typeof value === "string" || Buffer.isBuffer(value),
  (value) => (value instanceof URL ? "Write fileURLToPath(url)." : undefined),
);

// Node refuses a path with a NUL by an error of its own.
const USABLE_PATH: Kind<FilePath> = {
  ...PATH,
  expected: "a path, a string or a Buffer without NUL in it",
  accepts: (value): value is FilePath => PATH.accepts(value) && !value.includes("\0"),
};

/** @throws {ValueError} when it is no path. */
export function checkPath(where: string, path: unknown, name = "path"): asserts path is FilePath {
  check(where, name, path, USABLE_PATH);
}

/** One line of a history: a record may say more, which is not read again. */
export const RECORD: Fields<HistoryRecord> = {
  step: whole(0),
  loss: NUMBER,
  learningRate: NUMBER,
  gradientNorm: NUMBER,
};
