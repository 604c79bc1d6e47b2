/** The error that train reports for one photo, against what other photos see; the data lie beside some checkouts only. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { measureLook } from "synthconv/fit";
import { parseLook } from "synthconv/look";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { sharedData } from "../../../../test-support/needs.js";
import { runJson } from "./support.js";

const PHOTOS = ["03", "05", "07", "13", "19", "23"];
/** Of every photo that is not trained on, each so many pixels. */
const EVERY = 31;

/** `[3,P]` of every 31st pixel, 0 to 1. */
async function coloursOf(path: string): Promise<Float32Array> {
  const pixels = await sharp(path).raw().toBuffer();
  const count = Math.floor(pixels.length / 3 / EVERY);
  return Float32Array.from({ length: 3 * count }, (_, at) => {
    return (pixels[3 * EVERY * (at % count) + Math.floor(at / count)] as number) / 255;
  });
}

it("is within 1 dB of the error on photos that were never seen, in the mean", {
  timeout: 300_000,
}, async (context) => {
  const photos = sharedData(context, "photos/kodak");
  const pairs = sharedData(context, "pairs/kodak-film");
  const look = join(temporaryFolder(), "l.safetensors");
  const differences: number[] = [];
  for (const film of ["portra", "golden"]) {
    const after = (name: string): string => join(pairs, `after-${film}`, `kodim${name}.jpg`);
    const before = (name: string): string => join(photos, `kodim${name}.png`);
    for (const name of ["05", "23"]) {
      const pair = ["--before", before(name), "--after", after(name)];
      const { document } = await runJson("train", ...pair, "-o", look, "--force", "--steps", "600");
      expect(document.error.on).toBe("held-out regions");
      const trained = parseLook(await readFile(look), "look");
      const unseen: number[] = [];
      for (const other of PHOTOS.filter((one) => one !== name)) {
        const samples = { input: await coloursOf(before(other)), target: await coloursOf(after(other)) };
        unseen.push(measureLook(trained, [{ samples }], "unseen").psnr as number);
      }
      differences.push(document.error.psnr - unseen.reduce((sum, psnr) => sum + psnr, 0) / unseen.length);
    }
  }
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  expect(
    Math.abs(mean),
    `differences ${differences.map((one) => one.toFixed(2)).join(", ")} dB`,
  ).toBeLessThan(1);
});
