import { link, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { gradient, MIX, run, samplesOf, writeLook, writePhoto } from "./support.js";

/** Adds 32 to every 8-bit sample of `writePhoto`'s pictures, which stay below 224, unless `strength` says less. */
const SHIFT = 0.125;

async function setUp() {
  const folder = temporaryFolder();
  const look = await writeLook(join(folder, "look.safetensors"), SHIFT);
  return { folder, look, photo: await writePhoto(join(folder, "photo.png")) };
}

function shifted(samples: Uint8Array, by: number): number[] {
  return Array.from(samples, (value) => Math.round(value + 255 * by));
}

describe("synthconv apply, one photo", () => {
  it("writes the photo with the look", async () => {
    const { folder, look, photo } = await setUp();
    const output = join(folder, "new", "out.png");
    const { exitCode, stdout, stderr } = await run("apply", look, photo, "-o", output);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: `1 photo written to ${output}\n`,
      stderr: "",
    });
    expect([...(await samplesOf(output))]).toEqual(shifted(gradient(24, 16), SHIFT));
  });

  it("refuses a format that is not written, and takes the name as a folder's when it ends with /", async () => {
    const { folder, look, photo } = await setUp();
    const output = join(folder, "out.bmp");
    const refused = await run("apply", look, photo, "-o", output);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toBe(
      "synthconv apply: --output: expected a photo's name (.jpg, .png, .webp, .tif or .avif) or a folder, " +
        `received ${output}: for a folder of that name, end it with /\n`,
    );
    expect((await run("apply", look, photo, "-o", `${output}/`)).exitCode).toBe(0);
    expect(await readdir(output)).toEqual(["photo.png"]);
  });

  it("blends by --strength", async () => {
    const { folder, look, photo } = await setUp();
    const output = join(folder, "out.png");
    await run("apply", look, photo, "-o", output, "--strength", "0.5");
    expect([...(await samplesOf(output))]).toEqual(shifted(gradient(24, 16), SHIFT / 2));
  });

  it("dithers by --dither: the mean of the samples keeps the fractions that rounding loses", async () => {
    const { folder, look, photo } = await setUp();
    const output = join(folder, "out.png");
    const means: number[] = [];
    for (const option of [[], ["--dither"]]) {
      await run("apply", look, photo, "-o", output, "--force", "--strength", "0.26", ...option);
      const before = gradient(24, 16);
      const after = await samplesOf(output);
      means.push(after.reduce((sum, value, i) => sum + value - (before[i] as number), 0) / after.length);
    }
    // 0.26 of 31.875 levels is 8.2875.
    expect(means[0]).toBe(8);
    expect(Math.abs((means[1] as number) - 8.2875)).toBeLessThan(1 / 128);
  });

  it("moves the look by --set, and stands at the knob's default without", async () => {
    const { folder, photo } = await setUp();
    const look = await writeLook(join(folder, "knob.safetensors"), SHIFT, [MIX]);
    const at = async (name: string, ...set: string[]) => {
      await run("apply", look, photo, "-o", join(folder, name), ...set);
      return [...(await samplesOf(join(folder, name)))];
    };
    expect(await at("default.png")).toEqual([...gradient(24, 16)]);
    expect(await at("all.png", "--set", "mix=1")).toEqual(shifted(gradient(24, 16), SHIFT));
    expect(await at("none.png", "--set", "mix=0")).toEqual(shifted(gradient(24, 16), -SHIFT));
  });

  it.each([
    ["an identity look", 0, []],
    ["strength 0", SHIFT, ["--strength", "0"]],
  ])("returns the very bytes of the file for %s", async (_what, shift, options) => {
    const { folder } = await setUp();
    const look = await writeLook(join(folder, "other.safetensors"), shift);
    for (const name of ["a.jpg", "a.png", "a.webp", "a.tif", "a.avif"]) {
      const photo = await writePhoto(join(folder, name));
      const output = join(folder, `out-${name}`);
      expect((await run("apply", look, photo, "-o", output, ...options)).exitCode).toBe(0);
      expect(await readFile(output)).toEqual(await readFile(photo));
    }
  });

  it("returns the same pixels at strength 0 in another lossless format", async () => {
    const { folder, look } = await setUp();
    const photo = await writePhoto(join(folder, "a.tif"));
    await run("apply", look, photo, "-o", join(folder, "out.png"), "--strength", "0");
    expect(await samplesOf(join(folder, "out.png"))).toEqual(await samplesOf(photo));
  });

  it("keeps 16 bits, alpha and the profile, and handles single pixels and lines", async () => {
    const { folder, look } = await setUp();
    for (const [width, height] of [
      [1, 1],
      [1, 9],
      [9, 1],
    ] as const) {
      const photo = join(folder, `${width}x${height}.png`);
      const samples = Uint16Array.from({ length: 4 * width * height }, (_, i) => 1000 + 77 * i);
      await sharp(samples as unknown as Buffer, { raw: { width, height, channels: 4 } })
        .toColourspace("rgb16")
        .toFile(photo);
      const output = join(folder, `out-${width}x${height}.png`);
      expect((await run("apply", look, photo, "-o", output)).exitCode).toBe(0);
      expect(await sharp(output).metadata()).toMatchObject({ width, height, channels: 4, depth: "ushort" });
      const image = sharp(output).toColourspace("rgb16").raw({ depth: "ushort" });
      const { data } = await image.toBuffer({ resolveWithObject: true });
      const result = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
      samples.forEach((value, i) => {
        expect(result[i]).toBe(i % 4 === 3 ? value : Math.round(value + SHIFT * 65_535));
      });
    }
  });

  it("overwrites an existing file only with --force", async () => {
    const { folder, look, photo } = await setUp();
    const output = join(folder, "out.png");
    await writeFile(output, "precious");
    const { exitCode, stderr } = await run("apply", look, photo, "-o", output);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `synthconv apply: ${output}: expected a name that is free, received a file that exists. ` +
        "Overwrite it with --force, or choose another name.\n",
    );
    expect(await readFile(output, "utf8")).toBe("precious");
    expect((await run("apply", look, photo, "-o", output, "--force")).exitCode).toBe(0);
    expect([...(await samplesOf(output))]).toEqual(shifted(gradient(24, 16), SHIFT));
  });

  it("never overwrites an input, by whatever name", async () => {
    const { folder, look, photo } = await setUp();
    const before = await readFile(photo);
    await link(photo, join(folder, "hard.png"));
    await symlink(photo, join(folder, "soft.png"));
    for (const output of [photo, join(folder, ".", "new", "..", "photo.png"), "hard.png", "soft.png"]) {
      await mkdir(join(folder, "new"), { recursive: true });
      const path = output.includes("/") ? output : join(folder, output);
      const { exitCode, stderr } = await run("apply", look, photo, "-o", path, "--force");
      expect(exitCode).toBe(2);
      expect(stderr).toContain("inputs are never overwritten: choose another place");
    }
    expect(await readFile(photo)).toEqual(before);
  });

  it.each([
    [["--set", "warmth=1"], "--set: knob warmth: expected one of mix, received warmth=1"],
    [["--set", "mix=2"], "--set: knob mix: expected a number from 0 to 1, received 2"],
    [["--set", "mix=NaN"], '--set mix: expected a number, received "NaN"'],
    [["--set", "mix=0,5"], '--set mix: expected a number, received "0,5". Write 0.5, with a point'],
    [["--set", "mix"], '--set: expected name=value, such as warmth=0.5, received "mix"'],
    [["--set", "mix=0", "--set", "mix=1"], "--set: expected each knob once, received mix twice"],
    [["--strength", "1.5"], '--strength: expected a number from 0 to 1, received "1.5"'],
    [["--quality", "0"], '--quality: expected a whole number from 1 to 100, received "0"'],
  ])("refuses %j before any work", async (options, message) => {
    const { folder, photo } = await setUp();
    const look = await writeLook(join(folder, "knob.safetensors"), SHIFT, [MIX]);
    const output = join(folder, "out.png");
    expect(await run("apply", look, photo, "-o", output, ...options)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `synthconv apply: ${message}\n`,
    });
    await expect(readFile(output)).rejects.toThrow("ENOENT");
  });

  it("says that a look has no knobs", async () => {
    const { folder, look, photo } = await setUp();
    const { stderr } = await run("apply", look, photo, "-o", join(folder, "out.png"), "--set", "mix=1");
    expect(stderr).toContain("knob mix: expected no setting (this look has no knobs), received mix=1");
  });
});
