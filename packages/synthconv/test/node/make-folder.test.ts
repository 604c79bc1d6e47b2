import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileError, makeFolder } from "../../src/node/index.js";

describe("makeFolder", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "synthconv-folder-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("makes a folder and those above it, and is content when it is there", async () => {
    const deep = join(folder, "a", "b", "c");
    await makeFolder(deep);
    await makeFolder(deep);
    await makeFolder(Buffer.from(join(folder, "d", "e")));
    expect(statSync(deep).isDirectory()).toBe(true);
    expect(statSync(join(folder, "d", "e")).isDirectory()).toBe(true);
  });

  it("refuses a path through a file, and a file's own name", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(makeFolder(join(folder, "file"))).rejects.toThrow(
      /file: expected a folder that exists or can be made, received a file that exists already \(EEXIST\)/,
    );
    await expect(makeFolder(join(folder, "file", "x"))).rejects.toThrow(FileError);
  });

  it("gives up where the system refuses a name although its parent exists", async (context) => {
    if (process.platform !== "linux") context.skip("only Linux has /proc");
    await expect(makeFolder("/proc/synthconv-no-such-folder/x")).rejects.toThrow(FileError);
  });
});
