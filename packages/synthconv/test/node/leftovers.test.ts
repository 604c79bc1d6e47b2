import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { writeFileAtomically } from "../../src/node/atomic-write.js";
import { removeLeftovers, temporaryName } from "../../src/node/leftovers.js";

function nameOf(pid: number): string {
  return temporaryName().replace(`-${process.pid}-`, `-${pid}-`);
}

const dead = spawnSync(process.execPath, ["-e", ""]).pid;

describe("removeLeftovers", () => {
  it("removes what dead processes of this machine left, and nothing else", async () => {
    const folder = temporaryFolder();
    const kept = [
      temporaryName(),
      // Of another machine.
      nameOf(dead).replace(/synthconv-[0-9a-f]{8}/, "synthconv-00000000"),
      // Of somebody else.
      `.synthconv-${dead}.tmp`,
      nameOf(dead).slice(1),
      `${nameOf(dead)}.txt`,
      "photo.jpg",
    ];
    for (const name of [...kept, nameOf(dead), nameOf(dead)]) writeFileSync(join(folder, name), "");
    const asFolder = nameOf(dead);
    mkdirSync(join(folder, asFolder));
    await removeLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual([...kept, asFolder].sort());
  });

  it.runIf(process.platform === "linux")(
    "removes those of a process whose number another one has by now",
    async () => {
      const folder = temporaryFolder();
      const name = temporaryName().replace(new RegExp(`-${process.pid}-\\d+-`), `-${process.pid}-1-`);
      writeFileSync(join(folder, name), "");
      await removeLeftovers(folder);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("passes over a folder that is not there", async () => {
    await removeLeftovers(join(temporaryFolder(), "absent"));
  });
});

describe("writeFileAtomically", () => {
  it("removes what was left beside its file", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, nameOf(dead)), "half");
    await writeFileAtomically(join(folder, "a"), "whole");
    expect(readdirSync(folder)).toEqual(["a"]);
  });
});
