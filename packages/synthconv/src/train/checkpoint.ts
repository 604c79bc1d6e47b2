/**
 * A training run as bytes: safetensors whose metadata say what the run is, so that resuming continues it to the
 * same bits. Tensors: `model.<path>` for every parameter, `optimizer.<path>.<slot>` for what the optimizer
 * remembers (docs of `Optimizer.stateDict`), `schedule.plateau` for what a `Plateau` does, each in the element type it is
 * computed in.
 */
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { FormatError, ValueError, VersionError } from "../core/errors.js";
import { dtypeOf } from "../core/float-array.js";
import { BYTES, listOf, optional, STRING, whole } from "../core/kinds.js";
import { readSafetensors, writeSafetensors } from "../format/index.js";
import { availableBackends } from "../kernels/base/backend.js";
import { STATE } from "../nn/kinds.js";
import type { Module } from "../nn/module.js";
import type { StateEntry } from "../nn/state-dict.js";
import { FACTS, MODULE, OPTIMIZER, type RunFacts } from "./kinds.js";
import type { Optimizer } from "./optimizer.js";
import { PLATEAU, type Plateau } from "./plateau.js";

/** The newest checkpoint that this build reads, and the one it writes. */
export const CHECKPOINT_VERSION = 1;

const FORMAT = "synthconv-checkpoint";

/** The parts of a run that a checkpoint saves and restores. */
export interface RunParts {
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly facts: RunFacts;
  /** Where the learning rate follows one. */
  readonly plateau?: Plateau | undefined;
}

export interface Checkpoint {
  /** Steps that were done. */
  readonly step: number;
  readonly facts: RunFacts;
  readonly model: ReadonlyMap<string, StateEntry>;
  readonly optimizer: ReadonlyMap<string, StateEntry>;
  /** Of a `Plateau`; empty where there is none. */
  readonly schedule: ReadonlyMap<string, StateEntry>;
  /** Dotted paths of the parameters that were not trained. */
  readonly frozen: readonly string[];
}

const RUN: Fields<RunParts> = {
  model: MODULE,
  optimizer: OPTIMIZER,
  facts: FACTS,
  plateau: optional(PLATEAU),
};
const CHECKPOINT: Fields<Checkpoint> = {
  step: whole(0),
  facts: FACTS,
  model: STATE,
  optimizer: STATE,
  schedule: STATE,
  frozen: listOf(STRING, "a list of paths"),
};

/**
 * The bytes of a checkpoint after `step` steps.
 *
 * @throws {NonFiniteError} when a parameter is not finite: such a checkpoint could not be continued.
 * @throws {ValueError} when an argument is of another kind, or a part of the run unknown.
 */
export function writeCheckpoint(run: RunParts, step: number): Uint8Array {
  checkOptions("writeCheckpoint", run, RUN, { name: "run" });
  check("writeCheckpoint", "step", step, whole(0));
  const { model, optimizer, facts, plateau } = run;
  const tensors = new Map<string, StateEntry>();
  for (const [path, entry] of model.stateDict()) tensors.set(`model.${path}`, entry);
  for (const [name, entry] of optimizer.stateDict()) tensors.set(`optimizer.${name}`, entry);
  for (const [name, entry] of plateau?.stateDict() ?? []) tensors.set(`schedule.${name}`, entry);
  const metadata = new Map([
    ["format", FORMAT],
    ["version", String(CHECKPOINT_VERSION)],
    ["step", String(step)],
    ["facts", JSON.stringify(facts)],
  ]);
  const frozen = [...model.namedParameters()].filter(([, { trainable }]) => !trainable);
  // Told for those who read the checkpoint; resuming does not compare it.
  if (frozen.length > 0) metadata.set("frozen", JSON.stringify(frozen.map(([path]) => path)));
  return writeSafetensors({ metadata, tensors });
}

/**
 * @param name what messages call the file.
 * @throws {VersionError} when a newer build wrote it.
 * @throws {FormatError} when it is damaged or no checkpoint.
 * @throws {ValueError} when an argument is of another kind.
 */
export function readCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  check("readCheckpoint", "bytes", bytes, BYTES);
  check("readCheckpoint", "name", name, STRING);
  const { metadata, tensors } = readSafetensors(bytes, name);
  const format = metadata.get("format");
  if (format !== FORMAT) {
    const received = format === undefined ? "no such entry" : JSON.stringify(format);
    throw new FormatError({ where: name, expected: `"format": "${FORMAT}" in its metadata`, received });
  }
  const version = wholeNumber(name, "version", metadata);
  if (version > CHECKPOINT_VERSION) throw new VersionError(name, version, CHECKPOINT_VERSION);
  const startingWith = (prefix: string): Map<string, StateEntry> =>
    new Map(
      [...tensors]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, entry]) => [key.slice(prefix.length), entry]),
    );
  return {
    step: wholeNumber(name, "step", metadata),
    facts: parseFacts(name, metadata.get("facts") ?? ""),
    model: startingWith("model."),
    optimizer: startingWith("optimizer."),
    schedule: startingWith("schedule."),
    frozen: parseFrozen(name, metadata.get("frozen")),
  };
}

/**
 * Puts a checkpoint's numbers into a run that was set up with the same settings.
 *
 * @throws {ValueError} when a setting or an element type differs, or an argument is of another kind.
 * @throws {ShapeError} when the network or the optimizer's state has other names or shapes.
 */
export function restoreCheckpoint(checkpoint: Checkpoint, run: RunParts): void {
  checkOptions("restoreCheckpoint", checkpoint, CHECKPOINT, { name: "checkpoint", repair: asCheckpoint });
  checkOptions("restoreCheckpoint", run, RUN, { name: "run" });
  const { model, optimizer, facts, plateau } = run;
  for (const key of new Set(["backend", ...Object.keys(checkpoint.facts), ...Object.keys(facts)])) {
    if (checkpoint.facts[key] === facts[key]) continue;
    if (key === "backend") throw otherBackend(checkpoint.facts[key], facts[key]);
    throw new ValueError({
      where: `resume ${key}`,
      expected: checkpoint.facts[key] ?? "no such setting",
      received: facts[key] ?? "none",
      repair: "Resume with the settings of the run that wrote the checkpoint, or start a new run.",
    });
  }
  for (const [path, { dtype }] of model.namedParameters()) {
    const stored = checkpoint.model.get(path);
    if (stored === undefined || dtypeOf(stored.data) === dtype) continue;
    throw new ValueError({ where: `resume ${path}`, expected: dtypeOf(stored.data), received: dtype });
  }
  model.loadStateDict(checkpoint.model);
  optimizer.loadStateDict(checkpoint.optimizer);
  plateau?.loadStateDict(checkpoint.schedule);
}

function asCheckpoint(value: unknown): string | undefined {
  return BYTES.accepts(value) ? "Pass readCheckpoint(bytes, name)." : undefined;
}

/** Before every other setting: the others may differ because of it, as the colours of a LUT do. */
function otherBackend(recorded: string | undefined, now: string | undefined): ValueError {
  const known = availableBackends().find((backend) => backend === recorded);
  return new ValueError({
    where: "resume backend",
    expected: recorded === undefined ? "no backend on record" : `${recorded}, on which the run was trained`,
    received: now ?? "none",
    repair:
      known === undefined
        ? 'This engine does not have it: resume on one that has, or start a new run; after setBackend("plain") a run goes on anywhere.'
        : `Call setBackend("${known}") before trainLoop, and before the data are computed.`,
  });
}

function wholeNumber(name: string, key: string, metadata: ReadonlyMap<string, string>): number {
  const text = metadata.get(key) ?? "";
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new FormatError({
    where: `${name} ${key}`,
    expected: "a whole number of 0 or more",
    received: JSON.stringify(text.slice(0, 20)),
  });
}

function parseFacts(name: string, text: string): RunFacts {
  let facts: unknown;
  try {
    facts = JSON.parse(text);
  } catch {
    facts = undefined;
  }
  if (isFacts(facts)) return facts;
  throw new FormatError({
    where: `${name} facts`,
    expected: "a JSON object of strings",
    received: text === "" ? "none" : "something else",
  });
}

function parseFrozen(name: string, text = "[]"): string[] {
  let paths: unknown;
  try {
    paths = JSON.parse(text);
  } catch {
    paths = undefined;
  }
  if (Array.isArray(paths) && paths.every((path) => typeof path === "string")) return paths;
  throw new FormatError({
    where: `${name} frozen`,
    expected: "a JSON list of paths",
    received: "something else",
  });
}

function isFacts(value: unknown): value is RunFacts {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((entry) => typeof entry === "string");
}
