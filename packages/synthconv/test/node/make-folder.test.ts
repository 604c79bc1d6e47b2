import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { FileError, makeFolder } from "../../src/node/index.js";

describe("makeFolder", () => {
  it("makes the same folders for many at once", async () => {
    for (let round = 0; round < 20; round++) {
      const folder = temporaryFolder();
      const paths = Array.from({ length: 8 }, (_, index) => join(folder, "a", "b", "c", String(index)));
      await Promise.all(paths.map((path) => makeFolder(path)));
      expect(readdirSync(join(folder, "a", "b", "c"))).toHaveLength(8);
    }
  });

  it("makes a folder and those above it, and accepts one that is there", async () => {
    const folder = temporaryFolder();
    const deep = join(folder, "a", "b", "c");
    await makeFolder(deep);
    await makeFolder(deep);
    await makeFolder(Buffer.from(join(folder, "d", "e")));
    expect(statSync(deep).isDirectory()).toBe(true);
    expect(statSync(join(folder, "d", "e")).isDirectory()).toBe(true);
  });

  it("refuses a path through a file, and a file's own name", async () => {
    const folder = temporaryFolder();
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
