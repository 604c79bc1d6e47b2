import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { stopThreads, threadCount } from "synthconv/look";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, writeLook, writePhoto } from "./support.js";

afterEach(stopThreads);

/** Trains in batches that threads share, and applies the look to a photo of 3.5 megapixels, through 256 hidden channels. */
async function outputsWith(folder: string, ...options: string[]): Promise<{ look: Buffer; photo: Buffer }> {
  const look = join(folder, `look${options.join("")}.safetensors`);
  const photo = join(folder, `photo${options.join("")}.tif`);
  const cube = join(folder, "warm.cube");
  const trained = await run(
    ...["train", cube, "-o", look, "--steps", "26", "--batch", "65536", "--channels", "256", ...options],
  );
  expect(trained.exitCode).toBe(0);
  const applied = await run("apply", look, join(folder, "photo.png"), "-o", photo, ...options);
  expect(applied.exitCode).toBe(0);
  return { look: await readFile(look), photo: await readFile(photo) };
}

describe("--threads", () => {
  it("trains and applies the same bytes with any number", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "warm.safetensors"), 0.125);
    expect((await run("bake", look, "-o", join(folder, "warm.cube"), "--size", "5")).exitCode).toBe(0);
    const samples = Uint8Array.from({ length: 3 * 2200 * 1600 }, (_, i) => (i * i) >> 7);
    const picture = sharp(samples, { raw: { width: 2200, height: 1600, channels: 3 } });
    await picture.png({ compressionLevel: 1 }).toFile(join(folder, "photo.png"));
    const one = await outputsWith(folder, "--threads", "1");
    expect(threadCount()).toBe(1);
    const two = await outputsWith(folder, "--threads", "2");
    expect(threadCount()).toBe(2);
    expect(two.look.equals(one.look)).toBe(true);
    expect(two.photo.equals(one.photo)).toBe(true);
  });

  it("starts none for a small photo", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.125);
    const photo = await writePhoto(join(folder, "photo.png"));
    const { exitCode } = await run("apply", look, photo, "-o", join(folder, "out.png"), "--threads", "3");
    expect(exitCode).toBe(0);
    expect(threadCount()).toBe(1);
  });

  it.each(["0", "1.5", "257", "two"])("refuses %s", async (count) => {
    const { exitCode, stderr } = await run(
      "apply",
      "x.safetensors",
      "x.png",
      "-o",
      "y.png",
      "--threads",
      count,
    );
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `synthconv apply: --threads: expected a whole number from 1 to 256, received "${count}"\n`,
    );
  });
});
