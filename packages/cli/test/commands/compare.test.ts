import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson, samplesOf, writePhoto } from "./support.js";

/** A flat picture. */
async function writeFlat(path: string, colour: { r: number; g: number; b: number }, width = 8, height = 4) {
  await sharp({ create: { width, height, channels: 3, background: colour } }).toFile(path);
  return path;
}

describe("synthconv compare", () => {
  it("finds no difference between a photo and itself", async () => {
    const photo = await writePhoto(join(temporaryFolder(), "a.png"));
    const { exitCode, stdout, stderr } = await run("compare", photo, photo);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toBe(
      "24 x 16, 384 pixels\n" +
        "PSNR infinite (no difference)\n" +
        "              mean    p95    max\n" +
        "deltaE 76    0.000  0.000  0.000\n" +
        "deltaE 2000  0.000  0.000  0.000\n",
    );
    const { document } = await runJson("compare", photo, photo);
    const none = { mean: 0, p95: 0, max: 0 };
    expect(document).toEqual({
      a: photo,
      b: photo,
      width: 24,
      height: 16,
      psnr: null,
      deltaE76: none,
      deltaE2000: none,
      space: "srgb",
      warnings: [],
    });
  });

  it("measures a known difference: white against a grey of L* 53.585", async () => {
    const folder = temporaryFolder();
    const white = await writeFlat(join(folder, "white.png"), { r: 255, g: 255, b: 255 });
    const grey = await writeFlat(join(folder, "grey.png"), { r: 128, g: 128, b: 128 });
    const { document } = await runJson("compare", white, grey);
    expect(document.psnr).toBeCloseTo(-20 * Math.log10(127 / 255), 5);
    expect(document.deltaE76.mean).toBeCloseTo(100 - 53.585, 3);
    expect(document.deltaE76.max).toBeCloseTo(100 - 53.585, 3);
  });

  it("compares 16 bits with 8, and a photo in another profile by its colours", async () => {
    const folder = temporaryFolder();
    const plain = await writePhoto(join(folder, "plain.png"));
    const wide = join(folder, "wide.png");
    const raw = await samplesOf(plain);
    const samples = Uint16Array.from(raw, (value) => value * 257);
    await sharp(samples as unknown as Buffer, { raw: { width: 24, height: 16, channels: 3 } })
      .toColourspace("rgb16")
      .toFile(wide);
    expect((await runJson("compare", plain, wide)).document.psnr).toBeNull();
    const p3 = join(folder, "p3.png");
    await sharp(plain).withIccProfile("p3").toFile(p3);
    // The conversion rounds to 8 bits; taken as sRGB the same samples would be far off.
    expect((await runJson("compare", plain, p3)).document.deltaE2000.mean).toBeLessThan(0.5);
  });

  it("paints the differences and says their scale", async () => {
    const folder = temporaryFolder();
    const white = await writeFlat(join(folder, "white.png"), { r: 255, g: 255, b: 255 });
    const black = await writeFlat(join(folder, "black.png"), { r: 0, g: 0, b: 0 });
    const heat = join(folder, "new folder", "heat.png");
    const { stdout } = await run("compare", white, black, "-o", heat, "--scale", "5");
    expect(stdout).toContain(
      `${heat}: deltaE 2000, 0 black, 1.25 indigo, 2.5 magenta, 3.75 orange, 5 and above pale yellow\n`,
    );
    expect(await sharp(heat).metadata()).toMatchObject({ width: 8, height: 4, channels: 3 });
    expect([...(await samplesOf(heat)).subarray(0, 3)]).toEqual([255, 250, 200]);
  });

  it("refuses photos of different sizes, with both sizes", async () => {
    const folder = temporaryFolder();
    const a = await writePhoto(join(folder, "a.png"), { width: 24, height: 16 });
    const b = await writePhoto(join(folder, "b.jpg"), { width: 16, height: 24 });
    const { exitCode, stderr } = await run("compare", a, b);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `synthconv compare: ${b}: expected 24 x 16 pixels, as ${a} has, received 16 x 24. ` +
        "Export the photo again in its full size, without a crop.\n",
    );
  });

  it("overwrites no file without --force, and an input never", async () => {
    const folder = temporaryFolder();
    const a = await writePhoto(join(folder, "a.png"));
    const other = join(folder, "other.png");
    await writeFile(other, "precious");
    const refused = await run("compare", a, a, "-o", other);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("received a file that exists. Overwrite it with --force");
    expect(await readFile(other, "utf8")).toBe("precious");
    expect((await run("compare", a, a, "-o", other, "--force")).exitCode).toBe(0);
    const before = await readFile(a);
    const input = await run("compare", a, a, "-o", a, "--force");
    expect(input.exitCode).toBe(2);
    expect(input.stderr).toContain("inputs are never overwritten");
    expect(await readFile(a)).toEqual(before);
  });

  it("names the file that it cannot read", async () => {
    const folder = temporaryFolder();
    const a = await writePhoto(join(folder, "a.png"));
    const missing = join(folder, "missing.png");
    const { document, exitCode } = await runJson("compare", a, missing);
    expect(exitCode).toBe(1);
    expect(document.error.code).toBe("FILE");
    expect(document.error.message).toContain(`${missing}: `);
  });
});
