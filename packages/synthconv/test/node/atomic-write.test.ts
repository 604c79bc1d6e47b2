import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { makeFolder, writeFileAtomically } from "../../src/node/atomic-write.js";
import { FileError } from "../../src/node/file-error.js";

const onLinux = process.platform === "linux";

async function failureOf(work: Promise<unknown>): Promise<FileError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FileError)) throw new Error(`expected a FileError, received ${String(error)}`);
  expect(error.message).not.toContain("\n");
  return error;
}

describe("writeFileAtomically", () => {
  it("writes text, bytes, and what a function writes, and leaves nothing else in the folder", async () => {
    const folder = temporaryFolder();
    await writeFileAtomically(join(folder, "text"), "grüße");
    await writeFileAtomically(join(folder, "bytes"), Uint8Array.of(0, 255));
    await writeFileAtomically(join(folder, "written"), (path) => writeFile(path, "by a function"));
    expect(readFileSync(join(folder, "text"), "utf8")).toBe("grüße");
    expect([...readFileSync(join(folder, "bytes"))]).toEqual([0, 255]);
    expect(readFileSync(join(folder, "written"), "utf8")).toBe("by a function");
    expect(readdirSync(folder).sort()).toEqual(["bytes", "text", "written"]);
  });

  it("keeps the permissions of the file that it replaces", async () => {
    const path = join(temporaryFolder(), "private");
    writeFileSync(path, "old");
    chmodSync(path, 0o600);
    await writeFileAtomically(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    if (onLinux) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("replaces what a symbolic link points to, and the link stays a link", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "elsewhere", "target"), "old");
    symlinkSync(join("elsewhere", "target"), join(folder, "link"));
    await writeFileAtomically(join(folder, "link"), "new");
    expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "elsewhere", "target"), "utf8")).toBe("new");
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["target"]);
  });

  it.runIf(onLinux)("writes names that are not UTF-8", async () => {
    const folder = temporaryFolder();
    const name = Buffer.from([0x66, 0xe9, 0x2e, 0x78]); // "fé.x" in Latin-1
    await writeFileAtomically(Buffer.concat([Buffer.from(`${folder}/`), name]), "content");
    expect(readdirSync(folder, { encoding: "buffer" })).toEqual([name]);
  });

  it("refuses a folder in the place of the file", async () => {
    const folder = temporaryFolder();
    const error = await failureOf(writeFileAtomically(folder, "x"));
    expect(error.message).toBe(`${folder}: expected a writable file, received a folder. Name a file in it.`);
    expect(error.systemCode).toBe("EISDIR");
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(onLinux)("refuses a device, which a rename would replace by a file", async () => {
    const error = await failureOf(writeFileAtomically("/dev/null", "x"));
    expect(error.message).toBe(
      "/dev/null: expected a writable file, received a device or pipe. Name a regular file.",
    );
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("says so when the folder does not exist", async () => {
    const path = join(temporaryFolder(), "missing", "x");
    const error = await failureOf(writeFileAtomically(path, "x"));
    expect(error.message).toBe(
      `${path}: expected a writable file, received nothing of that name (ENOENT). Check the spelling of the path.`,
    );
    expect(error).toMatchObject({ code: "FILE", systemCode: "ENOENT", path });
  });

  it.runIf(onLinux)("leaves the old file and no temporary when the disk is full", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "x");
    writeFileSync(path, "old");
    const fillDisk = async (temporary: string | Buffer): Promise<void> => {
      await writeFile(temporary, "half of it");
      const full = await open("/dev/full", "w");
      try {
        await full.writeFile("the other half");
      } finally {
        await full.close();
      }
    };
    const error = await failureOf(writeFileAtomically(path, fillDisk));
    expect(error.message).toBe(
      `${path}: expected a writable file, received a full disk (ENOSPC). Free some space and try again.`,
    );
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("passes on what its function throws, with the old file intact and no temporary left", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "x");
    writeFileSync(path, "old");
    const fault = new Error("the encoder failed");
    const failing = async (temporary: string | Buffer): Promise<void> => {
      await writeFile(temporary, "half");
      throw fault;
    };
    await expect(writeFileAtomically(path, failing)).rejects.toBe(fault);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("leaves the old file when it is aborted in between", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "x");
    writeFileSync(path, "old");
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const aborting = async (temporary: string | Buffer): Promise<void> => {
      await writeFile(temporary, "whole");
      controller.abort(reason);
    };
    await expect(writeFileAtomically(path, aborting, { signal: controller.signal })).rejects.toBe(reason);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("lets two writers of one file both finish, and the file is one of the two", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "x");
    const contents = ["a", "b", "c", "d"].map((letter) => letter.repeat(100_000));
    await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
    expect(contents).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("does not pile up listeners of the process", async () => {
    const folder = temporaryFolder();
    const before = process.listenerCount("SIGINT") + process.listenerCount("exit");
    await Promise.all(Array.from({ length: 20 }, (_, i) => writeFileAtomically(join(folder, `${i}`), "x")));
    expect(process.listenerCount("SIGINT") + process.listenerCount("exit")).toBe(before);
  });
});

describe("a process that is ended in the middle of a write", () => {
  // Writes half of a file, says so, and waits for its end.
  const script = `
    import { writeFile } from "node:fs/promises";
    import { writeFileAtomically } from ${JSON.stringify(new URL("../../dist/node.js", import.meta.url).href)};
    const wait = () => new Promise((resolve) => setTimeout(resolve, 60_000));
    await writeFileAtomically(process.argv[1], async (temporary) => {
      await writeFile(temporary, "half");
      console.log("half");
      await wait();
    });`;

  async function endInTheMiddle(path: string, signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, path], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once("exit", (_code, endSignal) => resolve(endSignal)),
    );
    child.kill(signal);
    return ended;
  }

  it.runIf(onLinux).each(["SIGINT", "SIGTERM"] as const)(
    "by %s leaves the old file and no temporary, and still ends by that signal",
    async (signal) => {
      const folder = temporaryFolder();
      const path = join(folder, "x");
      writeFileSync(path, "old");
      expect(await endInTheMiddle(path, signal)).toBe(signal);
      expect(readFileSync(path, "utf8")).toBe("old");
      expect(readdirSync(folder)).toEqual(["x"]);
    },
  );

  it.runIf(onLinux)("by kill -9 leaves the old file", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "x");
    writeFileSync(path, "old");
    await endInTheMiddle(path, "SIGKILL");
    expect(readFileSync(path, "utf8")).toBe("old");
  });
});

describe("makeFolder", () => {
  it("makes the folders above as well, and is content with one that exists", async () => {
    const path = join(temporaryFolder(), "a", "b");
    await makeFolder(path);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it("says so when a file is in the way", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const error = await failureOf(makeFolder(join(file, "sub")));
    expect(error.message).toBe(
      `${join(file, "sub")}: expected a folder that exists or can be made, received a path through a file (ENOTDIR). Check the spelling of the path.`,
    );
  });
});
