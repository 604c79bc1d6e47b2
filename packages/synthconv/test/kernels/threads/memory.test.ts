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
  // Without collections in time each of these ends above 600 MB, the second above 2,700. It levels out at 560.
  it.each([
    ["a look on new pixels of the library's own", "applyFloats", 100, 500],
    ["a look on new pixels of the caller's", "applyBytes", 300, 900],
    ["a training of a look", "fit", 600, 500],
    ["a training with convolutions", "tape", 100, 500],
  ])("stays bounded: %s", (_, work, times, bound) => {
    const most = mostMemory(work, times);
    expect(most).toBeGreaterThan(50);
    expect(most).toBeLessThan(bound);
  });

  it("is given back by workers that have nothing to do", () => {
    expect(mostMemory("idle", 1)).toBeLessThan(300);
  });
});
