import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { readHistory, readRun } from "synthconv/node";
import { describe, expect, it } from "vitest";
import { run, runJson, start } from "./support.js";
import { SMALL, setUpCube, setUpPair } from "./training.js";

describe("synthconv train, the run's folder", () => {
  it("keeps checkpoints and history in --run", async () => {
    const { folder, before, after, output } = await setUpPair();
    const kept = join(folder, "run");
    const pair = ["--before", before, "--after", after];
    const { document } = await runJson("train", ...pair, "-o", output, "--run", kept, ...SMALL);
    expect(document.run).toBe(kept);
    expect((await readdir(kept)).sort()).toEqual(["checkpoint-000000060.safetensors", "history.jsonl"]);
    const history = await readHistory(join(kept, "history.jsonl"));
    expect(history).toHaveLength(60);
    expect(history.at(-1)?.loss).toBeLessThan((history[0]?.loss ?? 0) / 10);
    const again = await run("train", ...pair, "-o", output, "--run", kept, "--force", ...SMALL);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("expected a folder without a run in it, received a run of 60 steps");
  });

  it("keeps watched steps in the run's folder with --watch, and changes nothing else", async () => {
    const { source, output } = await setUpCube();
    const args = [...source, "-o", output, ...SMALL];
    await run("train", ...args);
    const unwatched = await readFile(output);
    const { document } = await runJson("train", ...args, "--force", "--watch", "20");
    expect(document.run).toBe(`${output}.run`);
    expect(await readFile(output)).toEqual(unwatched);
    const names = await readdir(`${output}.run`);
    expect(names).toContain("events.out.tfevents.0.synthconv");
    const { watched } = await readRun(`${output}.run`);
    expect(watched?.steps.map(({ step }) => step)).toEqual([0, 20, 40]);
    const again = await run("train", ...args, "--force", "--watch", "20", "--resume");
    expect(again.stdout).toContain(`watched: synthconv doctor ${output}.run\n`);
  });

  it("keeps the watched step whose gradient was not finite", async () => {
    const { before, after, output } = await setUpPair();
    const args = ["--before", before, "--after", after, "-o", output, "--channels", "4", "--steps", "50"];
    const { exitCode, document } = await runJson("train", ...args, "--watch", "1", "--lr", "1e30");
    expect({ exitCode, code: document.error.code }).toEqual({ exitCode: 1, code: "NON_FINITE" });
    expect((await readRun(`${output}.run`)).watched?.steps.length).toBeGreaterThan(0);
  });
});

/** Starts a training and ends it after its first checkpoint; on a machine that is faster, a longer one. */
async function interruptTraining(source: readonly string[], output: string, signal: "SIGINT" | "SIGKILL") {
  for (let steps = 2000; ; steps *= 4) {
    const options = [...source, "--steps", String(steps)];
    const { child, ended } = start("train", ...options, "-o", output, "--force");
    let isOver = false;
    void ended.then(() => (isOver = true));
    const names = () => readdir(`${output}.run`).catch((): string[] => []);
    while (!isOver && !(await names()).some((name) => name.startsWith("checkpoint-"))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill(signal);
    const interrupted = await ended;
    if (interrupted.exitCode !== 0) return { interrupted, options: [...options, "-o", output, "--force"] };
    await rm(output);
  }
}

describe("synthconv train, interrupted", () => {
  it.skipIf(process.platform === "win32").each([
    ["a pair, Ctrl-C", setUpPair, "SIGINT"],
    ["a LUT, kill -9", setUpCube, "SIGKILL"],
  ] as const)(
    "%s, then --resume, ends on the bytes of an uninterrupted run",
    async (_what, setUp, signal) => {
      const { folder, source, output } = await setUp();
      const whole = join(folder, "whole.safetensors");
      const small = [...source, "--channels", "4", "--batch", "128"];
      const { interrupted, options } = await interruptTraining(small, output, signal);
      if (signal === "SIGINT") {
        expect(interrupted.exitCode).toBe(130);
        const command = ["synthconv train", ...options, "--resume"].join(" ");
        // A slow machine shows its progress in lines before that.
        const lines = interrupted.stderr.trimEnd().split("\n");
        expect(lines.at(-1)).toBe(`synthconv train: interrupted; go on with: ${command}`);
        expect(await readdir(`${output}.run`)).not.toContain("lock");
      }
      await expect(readFile(output)).rejects.toThrow("ENOENT");
      const refused = await run("train", ...options);
      expect(refused.stderr).toContain("expected a folder without a run in it");
      const { document } = await runJson("train", ...options, "--resume");
      expect(document.resumedFrom).toBeGreaterThanOrEqual(250);
      expect(document.resumedFrom).toBeLessThan(document.training.steps);
      await run("train", ...options, "-o", whole);
      expect(await readFile(output)).toEqual(await readFile(whole));
      expect((await readdir(folder)).filter((name) => name.endsWith(".run"))).toEqual([]);
    },
  );

  it.skipIf(process.platform === "win32")(
    "kill -9 while it is watched, then --resume, keeps the steps of an uninterrupted run",
    async () => {
      const { folder, source, output } = await setUpCube();
      const small = [...source, "--channels", "4", "--batch", "128"];
      const { options } = await interruptTraining([...small, "--watch", "150"], output, "SIGKILL");
      expect((await run("train", ...options, "--resume")).exitCode).toBe(0);
      const whole = join(folder, "whole.safetensors");
      await run("train", ...options, "-o", whole);
      const { watched } = await readRun(`${output}.run`);
      expect(watched?.steps.length).toBeGreaterThanOrEqual(14);
      expect(watched).toEqual((await readRun(`${whole}.run`)).watched);
    },
  );

  it("refuses to resume with other settings, and names the setting", async () => {
    const { folder, before, after, output } = await setUpPair();
    const options = [
      "--before",
      before,
      "--after",
      after,
      "-o",
      output,
      "--run",
      join(folder, "run"),
      "--force",
    ];
    await run("train", ...options, ...SMALL);
    const { exitCode, stderr } = await run("train", ...options, ...SMALL, "--batch", "256", "--resume");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("resume batch: expected 512, received 256");
    expect((await run("train", ...options, ...SMALL, "--resume")).exitCode).toBe(0);
  });

  it("says when there is nothing to resume, and leaves nothing", async () => {
    const { folder, before, after, output } = await setUpPair();
    const { exitCode, document } = await runJson(
      "train",
      "--before",
      before,
      "--after",
      after,
      "-o",
      output,
      "--resume",
    );
    expect(exitCode).toBe(1);
    expect(document.error).toEqual({
      code: "NO_RUN",
      message: `${output}.run: expected a run to resume, received no checkpoint. Start without --resume.`,
    });
    expect((await readdir(folder)).sort()).toEqual(["after.png", "before.png"]);
  });

  it("stops at a loss that is not finite, names the operation, and writes no look", async () => {
    const { folder, before, after, output } = await setUpPair();
    const options = ["--before", before, "--after", after, "-o", output, "--channels", "4", "--steps", "50"];
    const { exitCode, document } = await runJson("train", ...options, "--lr", "1e30");
    expect(exitCode).toBe(1);
    expect(document.error.code).toBe("NON_FINITE");
    expect(document.error.message).toMatch(/training step \d+/);
    expect((await readdir(folder)).sort()).toEqual(["after.png", "before.png"]);
  });
});
