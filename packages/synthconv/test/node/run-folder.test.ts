import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { RandomStream } from "../../src/core/index.js";
import { RunFolder, readHistory } from "../../src/node/index.js";
import { readCheckpoint, trainLoop } from "../../src/train/index.js";
import { pointRun } from "../train/quadratic.js";
import { timelessEvents } from "./event-files.js";

/** Trains the noisy point in a run folder, as a program would, for `steps` of its 40 steps. */
async function train(
  path: string,
  { resume, steps = 40 }: { resume: boolean; steps?: number },
): Promise<string[]> {
  const warnings: string[] = [];
  const folder = await RunFolder.open(path, { resume, onDamaged: (message) => warnings.push(message) });
  const controller = new AbortController();
  await trainLoop({
    ...pointRun(),
    signal: controller.signal,
    ...(folder.resumeFrom && { resume: folder.resumeFrom.bytes }),
    checkpoint: { every: 5, save: (bytes, step) => folder.saveCheckpoint(bytes, step) },
    history: (record) => {
      folder.appendHistory(record);
      if (record.step + 1 === steps) controller.abort();
    },
  });
  await folder.close();
  return warnings;
}

function checkpointsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".safetensors"))
    .sort();
}

describe("RunFolder", () => {
  it("keeps the last two checkpoints and a history of every step", async () => {
    const folder = temporaryFolder();
    await train(folder, { resume: false });
    expect(checkpointsIn(folder)).toEqual([
      "checkpoint-000000035.safetensors",
      "checkpoint-000000040.safetensors",
    ]);
    const history = await readHistory(join(folder, "history.jsonl"));
    expect(history.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });

  it("removes old checkpoints before it writes one, so that killed processes do not pile them up", async () => {
    const folder = temporaryFolder();
    await train(folder, { resume: false });
    const last = readFileSync(join(folder, "checkpoint-000000040.safetensors"));
    for (const old of [20, 25, 30]) writeFileSync(join(folder, `checkpoint-0000000${old}.safetensors`), last);
    const run = await RunFolder.open(folder, { resume: true });
    // A folder in the way stands for a process that ends in the middle of the save.
    mkdirSync(join(folder, "checkpoint-000000045.safetensors", "in-the-way"), { recursive: true });
    await expect(run.saveCheckpoint(last, 45)).rejects.toThrow("checkpoint-000000045.safetensors");
    await run.close();
    expect(checkpointsIn(folder)).toEqual([
      "checkpoint-000000040.safetensors",
      "checkpoint-000000045.safetensors",
    ]);
  });

  it.each([3, 5, 22])("resumes after step %s to the same bytes of checkpoint and history", async (steps) => {
    const [whole, interrupted] = [temporaryFolder(), temporaryFolder()];
    await train(whole, { resume: false });
    await train(interrupted, { resume: false, steps });
    await train(interrupted, { resume: true });
    for (const name of ["checkpoint-000000040.safetensors", "history.jsonl"]) {
      expect(readFileSync(join(interrupted, name))).toEqual(readFileSync(join(whole, name)));
    }
  });

  it("starts at the beginning when there is nothing to resume", async () => {
    const folder = join(temporaryFolder(), "made", "for it");
    await train(folder, { resume: true });
    expect(checkpointsIn(folder)).toHaveLength(2);
  });

  it("refuses to start a new run over one that is there, and another process's run", async () => {
    const folder = temporaryFolder();
    await train(folder, { resume: false, steps: 5 });
    await expect(RunFolder.open(folder, { resume: false })).rejects.toThrow(
      `${folder}: expected a folder without a run in it, received a run of 5 steps. Resume it, or choose another folder.`,
    );
    const open = await RunFolder.open(folder, { resume: true });
    await expect(RunFolder.open(folder, { resume: true })).rejects.toThrow(
      "expected no other process at work here",
    );
    await open.close();
  });

  it("passes over a damaged checkpoint with a warning and goes on from the one before", async () => {
    const [whole, damaged] = [temporaryFolder(), temporaryFolder()];
    await train(whole, { resume: false });
    await train(damaged, { resume: false, steps: 20 });
    truncateSync(join(damaged, "checkpoint-000000020.safetensors"), 300);
    const warnings = await train(damaged, { resume: true });
    expect(warnings).toEqual([expect.stringContaining("checkpoint-000000020.safetensors: expected ")]);
    expect(existsSync(join(damaged, "checkpoint-000000020.safetensors.damaged"))).toBe(true);
    for (const name of ["checkpoint-000000040.safetensors", "history.jsonl"]) {
      expect(readFileSync(join(damaged, name))).toEqual(readFileSync(join(whole, name)));
    }
  });

  it("does not silently start again when every checkpoint is damaged, nor undo a newer build's training", async () => {
    const folder = temporaryFolder();
    await train(folder, { resume: false, steps: 20 });
    const [older, newer] = checkpointsIn(folder).map((name) => join(folder, name)) as [string, string];
    const bytes = readFileSync(newer);
    writeFileSync(newer, bytes.toString("latin1").replace('"version":"1"', '"version":"7"'), "latin1");
    await expect(RunFolder.open(folder, { resume: true })).rejects.toThrow(
      `${newer}: expected version 1 or older, received version 7.`,
    );
    for (const path of [older, newer]) truncateSync(path, 100);
    await expect(RunFolder.open(folder, { resume: true })).rejects.toThrow(
      `${folder}: expected a checkpoint that can be read, received 2 damaged. Choose another folder to start again.`,
    );
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });
});

describe("history", () => {
  it("passes over a torn last line when read, and cuts it off when the run goes on", async () => {
    const [whole, torn] = [temporaryFolder(), temporaryFolder()];
    await train(whole, { resume: false });
    await train(torn, { resume: false, steps: 20 });
    const path = join(torn, "history.jsonl");
    appendFileSync(path, '{"step":20,"lo');
    expect(await readHistory(path)).toHaveLength(20);
    await train(torn, { resume: true });
    expect(readFileSync(path)).toEqual(readFileSync(join(whole, "history.jsonl")));
  });

  it("cuts off steps that were done after the last checkpoint, so that none stands twice", async () => {
    const folder = temporaryFolder();
    await train(folder, { resume: false, steps: 20 });
    const path = join(folder, "history.jsonl");
    appendFileSync(path, '{"step":20,"loss":1,"learningRate":1,"gradientNorm":1}\n');
    await train(folder, { resume: true });
    const steps = (await readHistory(path)).map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, step) => step));
  });

  it("names the line that is no record", async () => {
    const path = join(temporaryFolder(), "history.jsonl");
    writeFileSync(path, '{"step":0,"loss":1,"learningRate":1,"gradientNorm":1}\n{"step":"1"}\n');
    await expect(readHistory(path)).rejects.toThrow(
      `${path}, line 2: expected a record with step, loss, learningRate and gradientNorm, received "{\\"step\\":\\"1\\"}"`,
    );
    await expect(readHistory(`${path}.none`)).rejects.toThrow(
      "expected a readable history file, received nothing",
    );
  });
});

describe("a training process that is killed", { timeout: 120_000 }, () => {
  const script = fileURLToPath(new URL("./training-child.mjs", import.meta.url));
  const steps = 120;

  function start(folder: string): {
    child: ChildProcess;
    exit: Promise<unknown[]>;
    lines: AsyncIterator<string>;
  } {
    const child = spawn(process.execPath, [script, folder, String(steps)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, exit: once(child, "exit"), lines };
  }

  it("leaves a good checkpoint each time, and ends on the bytes of an uninterrupted run", async () => {
    const [whole, killed] = [temporaryFolder(), temporaryFolder()];
    const undisturbed = start(whole);
    // Timing decides only where the kills fall (in a step, a write, a rename); all below holds wherever.
    const moments = new RandomStream({ seed: 5, purpose: "kills" });
    let reached = 0;
    for (let kill = 0; kill < 8; kill++) {
      const { child, exit, lines } = start(killed);
      expect((await lines.next()).value).toBe(`from ${reached}`);
      for (let saves = 1 + moments.integer(4); saves > 0; saves--) await lines.next();
      await new Promise((resolve) => setTimeout(resolve, 10 * moments.uniform()));
      child.kill("SIGKILL");
      await exit;
      const good = checkpointsIn(killed);
      expect(good.length).toBeLessThanOrEqual(3);
      for (const name of good) {
        reached = Math.max(reached, readCheckpoint(readFileSync(join(killed, name)), name).step);
      }
    }
    expect(reached).toBeGreaterThan(0);
    const exits = await Promise.all([start(killed).exit, undisturbed.exit]);
    expect(exits.map(([code]) => code)).toEqual([0, 0]);
    expectSameFiles(killed, whole);
  });

  it("ends well when it is interrupted instead: everything that was done is saved", async () => {
    const [whole, interrupted] = [temporaryFolder(), temporaryFolder()];
    const undisturbed = start(whole);
    const { child, exit, lines } = start(interrupted);
    for (let line = 0; line < 4; line++) await lines.next();
    child.kill("SIGINT");
    expect(await exit).toEqual([0, null]);
    const last = checkpointsIn(interrupted).at(-1) as string;
    const { step } = readCheckpoint(readFileSync(join(interrupted, last)), last);
    expect(await readHistory(join(interrupted, "history.jsonl"))).toHaveLength(step);
    await Promise.all([start(interrupted).exit, undisturbed.exit]);
    expectSameFiles(interrupted, whole);
  });

  function expectSameFiles(folder: string, whole: string): void {
    const names = readdirSync(whole);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
    expect(timelessEvents(folder)).toEqual(timelessEvents(whole));
    expect(timelessEvents(folder)).toHaveLength(2 + steps / 3);
    for (const name of names.filter((one) => !one.includes("tfevents"))) {
      expect(readFileSync(join(folder, name)).equals(readFileSync(join(whole, name)))).toBe(true);
    }
  }
});
