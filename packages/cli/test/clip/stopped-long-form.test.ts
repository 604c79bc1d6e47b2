/** `npm run test:clips`, stopped: ten minutes of 4K take longer than somebody may want to wait. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { repository } from "../../../../test-support/module-graph.js";
import { outcomeOf } from "../commands/support.js";
import { describeClips } from "./material.js";

/** The processes that a process has started and that run, with their command lines. */
function childrenOf(pid: unknown): { pid: number; command: string }[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text
    .split(" ")
    .filter((child) => child !== "")
    .map((child) => ({ pid: Number(child), command: readFileSync(`/proc/${child}/cmdline`, "utf8") }));
}

describeClips("the long form of the tests of clips", () => {
  it.skipIf(process.platform !== "linux")(
    "ends at a signal with what it measured until then, and leaves neither files nor a process",
    async () => {
      const folder = temporaryFolder();
      const args = [join(repository, "scripts/test-clips.mjs"), "--minutes", "60", "--size", "320x180"];
      const child = spawn(process.execPath, args, {
        env: { ...process.env, TMPDIR: folder },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ended = outcomeOf(child);
      const grading = await vi.waitUntil(
        () => childrenOf(child.pid).find(({ command }) => command.includes("\0apply\0")),
        { timeout: 50_000, interval: 50 },
      );
      child.kill("SIGTERM");
      const { exitCode, stderr } = await ended;
      expect(exitCode).toBe(130);
      expect(stderr).toMatch(/60 minutes of 320x180: .*; \d+ samples; stopped before its end; /);
      expect(readdirSync(folder)).toEqual([]);
      expect(() => process.kill(grading.pid, 0)).toThrow("ESRCH");
    },
  );
});
