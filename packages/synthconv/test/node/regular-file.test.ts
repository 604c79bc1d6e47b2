import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { writeFileAtomically } from "../../src/node/atomic-write.js";
import { HistoryWriter, readHistory } from "../../src/node/history-file.js";
import { acquireLock } from "../../src/node/lock.js";
import { readRun } from "../../src/node/read-run.js";
import { readRegularFile } from "../../src/node/regular-file.js";

const onUnix = it.skipIf(process.platform === "win32");

function namedPipe(path: string): string {
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
  return path;
}

describe("readRegularFile", () => {
  it("reads a file, up to the size that is allowed", async () => {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, "four");
    expect((await readRegularFile(path, "text", { maxBytes: 4 })).toString()).toBe("four");
    await expect(readRegularFile(path, "text", { maxBytes: 3 })).rejects.toThrow(
      `${path}: expected text of at most 3 bytes, received 4 bytes`,
    );
  });

  it("refuses a folder, nothing, and a path with a null byte", async () => {
    const folder = temporaryFolder();
    await expect(readRegularFile(folder, "text")).rejects.toThrow(
      "expected text, received a folder. Name a file in it.",
    );
    const absent = readRegularFile(join(folder, "absent"), "text");
    await expect(absent).rejects.toThrow("received nothing of that name (ENOENT)");
    await expect(readRegularFile(join(folder, "a\0b"), "text")).rejects.toThrow(
      "a\\u{0}b: expected text, received a path with a null byte",
    );
  });

  onUnix("refuses pipes, devices and sockets without waiting for them", async () => {
    const pipe = namedPipe(join(temporaryFolder(), "pipe"));
    for (const path of [pipe, "/dev/zero", "/dev/null"]) {
      await expect(readRegularFile(path, "text")).rejects.toThrow(
        `${path}: expected text, received a device or pipe. Name a regular file.`,
      );
    }
  });
});

describe("files of a run that are named pipes", () => {
  onUnix("are refused, to read and to write", async () => {
    const folder = temporaryFolder();
    const run = join(folder, "run");
    mkdirSync(run);
    const history = namedPipe(join(run, "history.jsonl"));
    const refusal = "received a device or pipe";
    await expect(readHistory(history)).rejects.toThrow(refusal);
    await expect(readRun(run)).rejects.toThrow(refusal);
    expect(() => HistoryWriter.open(history, 0)).toThrow(refusal);
    await expect(writeFileAtomically(history, "text")).rejects.toThrow(refusal);
    await expect(acquireLock(namedPipe(join(folder, "lock")))).rejects.toThrow(refusal);
  });
});
