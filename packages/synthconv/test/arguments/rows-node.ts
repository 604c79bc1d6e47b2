/** Files, runs and the terminal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as node from "../../src/node.js";
import {
  type Argument,
  alsoAccepts,
  bytesArg,
  countArg,
  fixedArg,
  flagArg,
  functionArg,
  nothing,
  numberArg,
  optional,
  optionsArg,
  type Row,
  row,
  textArg,
} from "./row.js";

/** The folder of the run that a call works in; nothing but what the call wrote is in it. */
let folder = tmpdir();

async function inFolder<Result>(work: () => Promise<Result>): Promise<Result> {
  folder = mkdtempSync(join(tmpdir(), "synthconv-arguments-"));
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A path in that folder, under the name that a text of the table has. */
const inside = (path: unknown): never => (path === "3" || path === "" ? join(folder, "3") : path) as never;

async function inRun(work: (run: node.RunFolder) => unknown): Promise<void> {
  await inFolder(async () => {
    const run = await node.RunFolder.open(folder, { resume: false });
    try {
      await work(run);
    } finally {
      await run.close();
    }
  });
}

const path = textArg("path", () => "3");
const signal = optional(fixedArg("signal", () => new AbortController().signal));
const record: readonly Argument[] = [
  countArg("step", () => 0),
  ...["loss", "learningRate", "gradientNorm"].map((name) => numberArg(name, () => 1)),
];
const owner = () => ({ pid: 1, host: "here", since: "now", processStart: "", token: "a" });

export const nodeRows: readonly Row[] = [
  row(
    "writeFileAtomically",
    (to: string, content: node.FileContent, options: node.AtomicWriteOptions) =>
      inFolder(() => node.writeFileAtomically(inside(to), content, options)),
    path,
    // A function that writes nothing leaves an empty file.
    alsoAccepts(
      textArg("content", () => "words"),
      "bytes",
      "function",
    ),
    optional(optionsArg("options", signal)),
  ),
  row("makeFolder", (at: string) => inFolder(() => node.makeFolder(inside(at))), path),
  row(
    "acquireLock",
    (at: string) => inFolder(async () => (await node.acquireLock(inside(at))).release()),
    path,
  ),
  row(
    "readHistory",
    (at: string) =>
      inRun(async (run) => {
        run.appendHistory({ step: 0, loss: 1, learningRate: 1, gradientNorm: 1 });
        await node.readHistory((at === "3" ? join(folder, "history.jsonl") : at) as never);
      }),
    path,
  ),
  row("readRun", (at: string) => inRun(() => node.readRun((at === "3" ? folder : at) as never)), path),
  row("RunFolder", () => new (node.RunFolder as never as new (...args: unknown[]) => unknown)()),
  row(
    "RunFolder.open",
    (at: string, options: node.OpenOptions) =>
      inFolder(async () => (await node.RunFolder.open(inside(at), options)).close()),
    path,
    optionsArg(
      "options",
      flagArg("resume", () => false),
      optional(functionArg("onDamaged", () => () => undefined)),
    ),
  ),
  row(
    "RunFolder.appendHistory",
    (one: never) => inRun((run) => run.appendHistory(one)),
    optionsArg("record", ...record),
  ),
  row(
    "RunFolder.appendWatched",
    (one: never) => inRun((run) => run.appendWatched(one)),
    optionsArg(
      "step",
      ...record,
      alsoAccepts(
        fixedArg("parameters", () => []),
        "emptyList",
      ),
    ),
  ),
  row(
    "RunFolder.saveCheckpoint",
    (bytes: Uint8Array, step: number) => inRun((run) => run.saveCheckpoint(bytes, step)),
    bytesArg("bytes", () => new Uint8Array(2)),
    countArg("step", () => 1),
  ),
  ...nothing("RunFolder.close"),
  row(
    "Progress",
    (options: node.ProgressOptions) => new node.Progress(options),
    optionsArg(
      "options",
      textArg("label", () => "train"),
      optional(numberArg("total", () => 10)),
      textArg("unit", () => "steps"),
      optional(numberArg("done", () => 0)),
      optional(numberArg("timeLimit", () => 60)),
      optional(flagArg("silent", () => true)),
      signal,
      optional(fixedArg("stream", () => ({ write: () => true }))),
      optional(functionArg("now", () => () => 0)),
      optional(anyObject("environment")),
    ),
  ),
  row(
    "Progress.update",
    (done: number, fields: Readonly<Record<string, string>>) => silent().update(done, fields),
    numberArg("done", () => 1),
    optional({ name: "fields", valid: () => ({ loss: "0.1" }), accepts: ["emptyObject"] }),
  ),
  row(
    "Progress.around",
    (write: () => void) => silent().around(write),
    functionArg("write", () => () => undefined),
  ),
  ...nothing("Progress.finish"),
  row(
    "FileError",
    (mismatch: ConstructorParameters<typeof node.FileError>[0]) => new node.FileError(mismatch),
    optionsArg(
      "mismatch",
      textArg("path", () => "a file"),
      textArg("expected", () => "a readable file"),
      textArg("received", () => "none"),
      optional(textArg("repair", () => "Look for it.")),
      optional(textArg("systemCode", () => "ENOENT")),
    ),
  ),
  row(
    "LockError",
    (at: string, of: node.LockOwner) => new node.LockError(at, of),
    path,
    optional(fixedArg("owner", owner)),
  ),
];

function silent(): node.Progress {
  return new node.Progress({ label: "test", unit: "steps", silent: true });
}

/** `process.env` is an object of Node's own. */
function anyObject(name: string): Argument {
  const accepts: Argument["accepts"] = [
    "emptyObject",
    "frozen",
    "tensor",
    "module",
    "foreignTensor",
    "map",
    "date",
  ];
  return {
    name,
    valid: () => ({}),
    accepts: [...accepts, "buffer", "set", "boxed", "error", "url", "promise"],
  };
}
