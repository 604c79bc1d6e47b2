/** Errors that a program may throw itself. */
import * as errors from "../../src/core/errors.js";
import { numberArg, optional, optionsArg, type Row, row, textArg } from "./row.js";

const mismatch = optionsArg(
  "mismatch",
  textArg("where", () => "a function"),
  textArg("expected", () => "a number"),
  textArg("received", () => "none"),
  optional(textArg("repair", () => "Pass one.")),
);

const OF_A_MISMATCH = [
  errors.ShapeError,
  errors.ValueError,
  errors.GraphError,
  errors.UninitializedError,
  errors.NonFiniteError,
  errors.FormatError,
  errors.ThreadError,
];

export const errorRows: readonly Row[] = [
  row(
    "SynthconvError",
    (code: string, of: errors.Mismatch) => new errors.SynthconvError(code, of),
    textArg("code", () => "MINE"),
    mismatch,
  ),
  ...OF_A_MISMATCH.map((type) => row(type.name, (of: errors.Mismatch) => new type(of), mismatch)),
  row(
    "VersionError",
    (where: string, version: number, supported: number) => new errors.VersionError(where, version, supported),
    textArg("where", () => "a file"),
    numberArg("fileVersion", () => 2),
    numberArg("supportedVersion", () => 1),
  ),
];
