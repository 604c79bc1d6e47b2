/** Against the built package: a worker is a separate file, and Node cannot start one from the sources. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const built = new URL("../../../dist/", import.meta.url).href;
const script = fileURLToPath(new URL("growth.mjs", import.meta.url));

/** The most memory of a process that does this so many times, in MB. */
function mostMemory(work: string, times: number): number {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", script, built, work, String(times)],
    {
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
  return Number(stdout);
}

describe("memory while threads run", () => {
  // A collection comes later where the machine is busy, so a bound lies well above the level, and below what all of the
  // memory would be. In MB, level and all: 580 of 2,700, 490 of 1,800, 115 of 900, 345 of 1,110.
  it.each([
    ["a look on new pixels of the library's own", "applyFloats", 300, 1200],
    ["a look on new pixels of the caller's", "applyBytes", 200, 1100],
    ["a training of a look", "fit", 600, 400],
    ["a training with convolutions", "tape", 100, 700],
  ])("stays bounded: %s", (_, work, times, bound) => {
    const most = mostMemory(work, times);
    expect(most).toBeGreaterThan(50);
    expect(most).toBeLessThan(bound);
  });

  it("is given back by workers that have nothing to do", () => {
    expect(mostMemory("idle", 1)).toBeLessThan(300);
  });
});
