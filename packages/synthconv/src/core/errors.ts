/**
 * The library's typed errors. Every message says what was expected, what came, and what to do.
 *
 * `code` is stable and meant for programs; `message` is meant for people and is one line. Names and values of strangers
 * stand in it, so it has what a terminal may show.
 */

import { faultInOptions, faultOf } from "./faults.js";
import { type Fields, NUMBER, optional, STRING } from "./kinds.js";
import type { Mismatch } from "./mismatch.js";
import { visibleText } from "./visible-text.js";

export type { Mismatch } from "./mismatch.js";

const MISMATCH: Fields<Mismatch> = {
  where: STRING,
  expected: STRING,
  received: STRING,
  repair: optional(STRING),
};

/** Root of every error that the library throws on purpose. */
export class SynthconvError extends Error {
  readonly code: string;

  /** @throws {ValueError} when the mismatch has other names, or other things than strings under them. */
  constructor(code: string, mismatch: Mismatch, options?: ErrorOptions) {
    const fault =
      faultOf(`${new.target.name} code`, code, STRING) ??
      faultInOptions(new.target.name, mismatch, MISMATCH, { name: "mismatch" });
    if (fault !== undefined) throw new ValueError(fault);
    super(describe(mismatch), options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Sizes that do not fit together. */
export class ShapeError extends SynthconvError {
  constructor(mismatch: Mismatch, options?: ErrorOptions) {
    super("SHAPE", mismatch, options);
  }
}

/** A value outside its domain: a negative size, an unknown name, a NaN where a finite number is needed. */
export class ValueError extends SynthconvError {
  constructor(mismatch: Mismatch, options?: ErrorOptions) {
    super("VALUE", mismatch, options);
  }
}

/** A use of the tape that would lose or falsify a gradient. */
export class GraphError extends SynthconvError {
  constructor(mismatch: Mismatch, options?: ErrorOptions) {
    super("GRAPH", mismatch, options);
  }
}

/** A parameter is used before it has numbers. */
export class UninitializedError extends SynthconvError {
  constructor(mismatch: Mismatch, options?: ErrorOptions) {
    super("UNINITIALIZED", mismatch, options);
  }
}

/** A computation that produced NaN or Infinity. */
export class NonFiniteError extends SynthconvError {
  constructor(mismatch: Mismatch, options?: ErrorOptions) {
    super("NON_FINITE", mismatch, options);
  }
}

/** Bytes that are not what their format promises: truncated, malformed, hostile. */
export class FormatError extends SynthconvError {
  constructor(mismatch: Mismatch, options?: ErrorOptions) {
    super("FORMAT", mismatch, options);
  }
}

/** A file that a newer build wrote. */
export class VersionError extends SynthconvError {
  constructor(where: string, fileVersion: number, supportedVersion: number) {
    const fault =
      faultOf("VersionError fileVersion", fileVersion, NUMBER) ??
      faultOf("VersionError supportedVersion", supportedVersion, NUMBER);
    if (fault !== undefined) throw new ValueError(fault);
    super("VERSION", {
      where,
      expected: `version ${supportedVersion} or older`,
      received: `version ${fileVersion}`,
      repair: "Upgrade synthconv to read this file.",
    });
  }
}

/** Threads that do not do what they should: a worker that died or hangs. */
export class ThreadError extends SynthconvError {
  constructor(mismatch: Mismatch, options?: ErrorOptions) {
    super("THREAD", mismatch, options);
  }
}

function describe({ where, expected, received, repair }: Mismatch): string {
  const sentence = `${where}: expected ${expected}, received ${received}`;
  return visibleText(repair === undefined ? sentence : `${sentence}. ${repair}`);
}
