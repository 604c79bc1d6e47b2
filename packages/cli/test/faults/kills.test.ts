/**
 * kill -9 at any moment of a training and of a batch: outputs are whole, and the next run cleans up and goes on.
 * `npm test` kills some by a seed, `npm run test:kills` two hundred of each.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { RandomStream } from "synthconv";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { start, writeLook } from "../commands/support.js";

const COUNT = Number(process.env.SYNTHCONV_KILLS ?? 2);
const SEED = Number(process.env.SYNTHCONV_KILL_SEED ?? 1);
const TIMEOUT = { timeout: 120_000 + COUNT * 60_000 };

/** Runs a command line to its end, in a process of its own: one process cleans a folder at its first visit only. */
async function finish(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await start(...args, "--quiet").ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
}

/** Runs a command line and kills it after a share of `milliseconds`, if it has not ended by then. */
async function kill(milliseconds: number, ...args: string[]): Promise<void> {
  const { child, ended } = start(...args, "--quiet");
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const { exitCode, signal, stderr } = await ended;
  clearTimeout(timer);
  // Either it was killed, or it was done already.
  if (signal !== "SIGKILL") expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
}

/** How long a process takes when nobody kills it. */
async function millisecondsOf(...args: string[]): Promise<number> {
  const before = performance.now();
  const { exitCode, stderr } = await start(...args, "--quiet").ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return performance.now() - before;
}

/** Moments of the whole of a run, and a little beyond: one in each of so many parts of it. */
function moments(purpose: string, whole: number): number[] {
  const random = new RandomStream({ seed: SEED, purpose, step: 0 });
  return Array.from({ length: COUNT }, (_, part) => ((part + random.uniform()) / COUNT) * whole * 1.1);
}

const isTemporary = (name: string): boolean => name.endsWith(".tmp");

describe(`kill -9, ${COUNT} times by seed ${SEED}`, () => {
  it(
    "in a batch leaves whole photos, and --resume does the rest, no more, and cleans up",
    TIMEOUT,
    async () => {
      const folder = temporaryFolder();
      const look = await writeLook(join(folder, "look.safetensors"), 0.125);
      const photos = join(folder, "photos");
      await mkdir(photos);
      for (let i = 0; i < 6; i++) {
        const noise = { type: "gaussian" as const, mean: 128, sigma: 30 };
        const create = { width: 500 + i, height: 300, channels: 3 as const, background: "black", noise };
        await sharp({ create }).toFile(join(photos, `${i}.${i % 2 === 0 ? "png" : "jpg"}`));
      }
      const reference = join(folder, "reference");
      const whole = await millisecondsOf("apply", look, photos, "-o", reference);
      const names = readdirSync(reference).sort();
      const out = join(folder, "out");
      const seen = { temporaries: 0, photos: 0 };
      for (const moment of moments("kills of apply", whole)) {
        await kill(moment, "apply", look, photos, "-o", out);
        const left = existsSync(out) ? readdirSync(out) : [];
        const done = left.filter((name) => !isTemporary(name));
        expect(names).toEqual(expect.arrayContaining(done));
        for (const name of done)
          expect(readFileSync(join(out, name))).toEqual(readFileSync(join(reference, name)));
        const before = done.map((name) => statSync(join(out, name)).ino);
        await finish("apply", look, photos, "-o", out, "--resume");
        expect(readdirSync(out).sort()).toEqual(names);
        for (const name of names)
          expect(readFileSync(join(out, name))).toEqual(readFileSync(join(reference, name)));
        expect(done.map((name) => statSync(join(out, name)).ino)).toEqual(before);
        seen.temporaries += left.length - done.length;
        seen.photos += done.length;
        for (const path of [out, join(folder, ".out.synthconv-apply.jsonl")])
          rmSync(path, { recursive: true, force: true });
      }
      console.log(`apply: ${COUNT} kills left ${seen.photos} photos and ${seen.temporaries} temporaries`);
    },
  );

  it(
    "in a training leaves the old look or the new one, and the next run ends on the same bytes",
    TIMEOUT,
    async () => {
      const folder = temporaryFolder();
      const cube = join(folder, "x.cube");
      writeFileSync(
        cube,
        `LUT_3D_SIZE 2\n${Array.from({ length: 8 }, (_, i) => `${i & 1} ${(i >> 1) & 1} ${i >> 2}\n`).join("")}`,
      );
      const size = ["--steps", "2500", "--channels", "2", "--batch", "16", "--watch", "500"];
      const reference = join(folder, "reference.safetensors");
      const whole = await millisecondsOf("train", cube, "-o", reference, ...size);
      const look = join(folder, "look.safetensors");
      const runFolder = `${look}.run`;
      const train = ["train", cube, "-o", look, "--force", ...size];
      const seen = { locks: 0, temporaries: 0, checkpoints: 0 };
      for (const moment of moments("kills of train", whole)) {
        writeFileSync(look, "the old look");
        await kill(moment, ...train);
        const left = existsSync(runFolder) ? readdirSync(runFolder) : [];
        const text = readFileSync(look);
        if (text.toString() !== "the old look") expect(text).toEqual(readFileSync(reference));
        const hasCheckpoint = left.some((name) => /^checkpoint-\d+\.safetensors$/.test(name));
        await finish(...train, ...(hasCheckpoint ? ["--resume"] : []));
        expect(readFileSync(look)).toEqual(readFileSync(reference));
        const after = readdirSync(runFolder);
        expect(after.filter((name) => isTemporary(name) || name.startsWith("lock"))).toEqual([]);
        expect(readdirSync(folder).filter(isTemporary)).toEqual([]);
        seen.locks += left.includes("lock") ? 1 : 0;
        seen.temporaries += left.filter(isTemporary).length;
        seen.checkpoints += hasCheckpoint ? 1 : 0;
        rmSync(runFolder, { recursive: true });
      }
      console.log(
        `train: ${COUNT} kills left ${seen.locks} locks, ${seen.temporaries} temporaries, ${seen.checkpoints} runs to resume`,
      );
    },
  );
});
