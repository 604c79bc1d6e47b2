import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { readHistoryEvents } from "../../src/doctor/history-events.js";
import { readEvents, writeEvent } from "../../src/format/events/index.js";
import { RunFolder } from "../../src/node/index.js";
import { trainLoop } from "../../src/train/index.js";
import { pointRun } from "../train/quadratic.js";
import { eventFileIn, timelessEvents } from "./event-files.js";

/** Trains the noisy point for `steps` of its 40 steps, watched, with a checkpoint after every fifth. */
async function train(path: string, { resume = false, steps = 40, every = 4 } = {}): Promise<string[]> {
  const warnings: string[] = [];
  const folder = await RunFolder.open(path, { resume, onDamaged: (message) => warnings.push(message) });
  const controller = new AbortController();
  try {
    await trainLoop({
      ...pointRun(),
      signal: controller.signal,
      ...(folder.resumeFrom && { resume: folder.resumeFrom.bytes }),
      checkpoint: { every: 5, save: (bytes, step) => folder.saveCheckpoint(bytes, step) },
      history: ({ step }) => step + 1 === steps && controller.abort(),
      watch: { every, record: (step) => folder.appendWatched(step) },
    });
  } finally {
    await folder.close();
  }
  return warnings;
}

function stepsIn(folder: string): number[] {
  const path = eventFileIn(folder);
  const history = readHistoryEvents(readEvents(readFileSync(path), path).events, path);
  return history?.steps.map(({ step }) => step) ?? [];
}

describe("a run folder's event file", () => {
  it("has every watched step", async () => {
    const folder = temporaryFolder();
    await train(folder);
    expect(stepsIn(folder)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
  });

  it("is not there when nothing is watched", async () => {
    const folder = temporaryFolder();
    const run = await RunFolder.open(folder, { resume: false });
    await run.close();
    expect(readdirSync(folder)).toEqual(["history.jsonl"]);
  });

  it.each([3, 18, 39])("holds the same events after an interruption at step %s", async (steps) => {
    const [whole, interrupted] = [temporaryFolder(), temporaryFolder()];
    await train(whole);
    await train(interrupted, { steps });
    await train(interrupted, { resume: true });
    expect(timelessEvents(interrupted)).toEqual(timelessEvents(whole));
  });

  it("is cut back to the checkpoint: steps after it, and half an event, go", async () => {
    const [whole, killed] = [temporaryFolder(), temporaryFolder()];
    await train(whole);
    await train(killed, { steps: 15 });
    const beyond = readEvents(readFileSync(eventFileIn(whole)), "x").events.filter(({ step }) => step >= 16);
    for (const event of beyond) appendFileSync(eventFileIn(killed), writeEvent(event));
    truncateSync(eventFileIn(killed), readFileSync(eventFileIn(killed)).length - 7);
    await train(killed, { resume: true });
    expect(timelessEvents(killed)).toEqual(timelessEvents(whole));
  });

  it("is cut back as well when the run goes on unwatched, or in another rhythm", async () => {
    const folder = temporaryFolder();
    await train(folder, { steps: 20 });
    truncateSync(join(folder, "checkpoint-000000020.safetensors"), 100);
    const run = await RunFolder.open(folder, { resume: true });
    await run.close();
    expect(stepsIn(folder)).toEqual([0, 4, 8, 12]);
    await train(folder, { resume: true, every: 10 });
    expect(stepsIn(folder)).toEqual([0, 4, 8, 12, 20, 30]);
  });

  it("begins anew with a run that begins anew, whatever a run without checkpoints left", async () => {
    const [whole, folder] = [temporaryFolder(), temporaryFolder()];
    await train(whole);
    await train(folder, { steps: 9, every: 2 });
    for (const name of readdirSync(folder)) {
      if (name.startsWith("checkpoint")) rmSync(join(folder, name));
    }
    await train(folder);
    expect(timelessEvents(folder)).toEqual(timelessEvents(whole));
  });

  it("is put aside with a warning when it is damaged: the training does not stop for it", async () => {
    const folder = temporaryFolder();
    await train(folder, { steps: 15 });
    const path = eventFileIn(folder);
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] as number) ^ 1;
    writeFileSync(path, bytes);
    const warnings = await train(folder, { resume: true });
    expect(warnings).toEqual([expect.stringMatching(/tfevents.*, record 2 at byte \d+: expected /)]);
    expect(existsSync(`${path}.damaged`)).toBe(true);
  });

  it("stops a run that would go on in a newer build's history", async () => {
    const folder = temporaryFolder();
    await train(folder, { steps: 15 });
    const path = eventFileIn(folder);
    const { events } = readEvents(readFileSync(path), path);
    const newer = events.map((event) => ({
      ...event,
      values: event.values.map((value) =>
        value.kind === "text" ? { ...value, text: value.text.replace('"version":1', '"version":8') } : value,
      ),
    }));
    writeFileSync(path, Buffer.concat(newer.map(writeEvent)));
    await expect(train(folder, { resume: true })).rejects.toThrow(
      `${path}: expected version 1 or older, received version 8. Upgrade synthconv to read this file.`,
    );
  });
});
