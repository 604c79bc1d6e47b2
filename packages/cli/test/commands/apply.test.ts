import { chmod, link, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { gradient, MIX, run, runJson, samplesOf, writeLook, writePhoto } from "./support.js";

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

describe("synthconv apply, folders", () => {
  async function setUpTree() {
    const { folder, look } = await setUp();
    const photos = join(folder, "photos");
    await mkdir(join(photos, "deep", "deeper"), { recursive: true });
    await writePhoto(join(photos, "a.jpg"));
    await writePhoto(join(photos, "deep", "b.png"));
    await writePhoto(join(photos, "deep", "deeper", "c.webp"));
    await writeFile(join(photos, "notes.txt"), "no photo");
    await symlink(join(photos, "a.jpg"), join(photos, "link.jpg"));
    return { folder, look, photos, out: join(folder, "out") };
  }

  it("keeps the tree, leaves other files and links out, and says so", async () => {
    const { look, photos, out } = await setUpTree();
    const { exitCode, stdout } = await run("apply", look, photos, "-o", out);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`3 photos written to ${out}, 1 other file left out, 1 symbolic link not followed\n`);
    expect((await readdir(out, { recursive: true })).sort()).toEqual([
      "a.jpg",
      "deep",
      "deep/b.png",
      "deep/deeper",
      "deep/deeper/c.webp",
    ]);
    expect([...(await samplesOf(join(out, "deep", "b.png")))]).toEqual(shifted(gradient(24, 16), SHIFT));
  });

  it("reports bad files, one line each, and goes on with the rest", async () => {
    const { folder, look, photos, out } = await setUpTree();
    const jpeg = await readFile(await writePhoto(join(folder, "big.jpg"), { width: 200, height: 200 }));
    await writeFile(join(photos, "truncated.jpg"), jpeg.subarray(0, jpeg.length / 2));
    await writeFile(join(photos, "empty.png"), "");
    await writeFile(join(photos, "text.png"), "no photo at all");
    await sharp(gradient(8, 16), { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } }).toFile(
      join(photos, "animated.webp"),
    );
    const { exitCode, stdout, stderr } = await run("apply", look, photos, "-o", out);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`3 photos written to ${out}, 4 failed`);
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    for (const name of ["animated.webp", "empty.png", "text.png", "truncated.jpg"]) {
      expect(lines.some((line) => line.startsWith(`synthconv apply: ${join(photos, name)}: expected`))).toBe(
        true,
      );
    }
    expect((await readdir(out)).sort()).toEqual(["a.jpg", "deep"]);
  });

  it("gives a report on every photo as a document", async () => {
    const { look, photos, out } = await setUpTree();
    await writeFile(join(photos, "empty.png"), "");
    const { exitCode, document } = await runJson("apply", look, photos, "-o", out);
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({
      look,
      settings: {},
      strength: 1,
      written: 3,
      failed: 1,
      unread: {},
      otherFiles: 1,
      links: 1,
    });
    expect(document.photos).toHaveLength(4);
    expect(document.photos[0]).toEqual({
      input: join(photos, "a.jpg"),
      output: join(out, "a.jpg"),
      status: "written",
      width: 24,
      height: 16,
      format: "jpeg",
      warnings: [],
    });
    expect(document.photos.at(-1)).toMatchObject({ status: "failed", error: { code: "FILE" } });
  });

  it("decodes what is there of a damaged photo with --best-effort, and warns", async () => {
    const { folder, look, out } = await setUpTree();
    const jpeg = await readFile(await writePhoto(join(folder, "big.jpg"), { width: 200, height: 200 }));
    const truncated = join(folder, "truncated.jpg");
    await writeFile(truncated, jpeg.subarray(0, jpeg.length / 2));
    const { exitCode, stderr } = await run("apply", look, truncated, "-o", out, "--best-effort");
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`synthconv apply: warning: ${truncated}: it is damaged`);
    expect(await sharp(join(out, "truncated.jpg")).metadata()).toMatchObject({ width: 200, height: 200 });
    // Strength 0 copies a file, but not a damaged one.
    const copied = await run(
      "apply",
      look,
      truncated,
      "-o",
      join(folder, "o2"),
      "--best-effort",
      "--strength",
      "0",
    );
    expect(copied.exitCode).toBe(0);
    await expect(
      sharp(join(folder, "o2", "truncated.jpg"), { failOn: "warning" }).stats(),
    ).resolves.toBeDefined();
  });

  it("does not take its own outputs for inputs when they lie in the folder", async () => {
    const { look, photos } = await setUpTree();
    const out = join(photos, "out");
    for (const options of [[], ["--force"]]) {
      const { exitCode, stdout } = await run("apply", look, photos, "-o", out, ...options);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("3 photos written");
    }
  });

  it("refuses to write into the folder that it reads", async () => {
    const { look, photos } = await setUpTree();
    const { exitCode, stderr } = await run("apply", look, photos, "-o", photos, "--force");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("inputs are never overwritten");
  });

  it("refuses two photos for one place, before any work", async () => {
    const { folder, look, photos, out } = await setUpTree();
    const other = await writePhoto(join(folder, "a.jpg"));
    const { exitCode, stderr } = await run("apply", look, photos, other, "-o", out);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `${join(photos, "a.jpg")} and ${other} would both be written to ${join(out, "a.jpg")}`,
    );
    await expect(readdir(out)).rejects.toThrow("ENOENT");
  });

  it("refuses several photos for one file, and folders without photos", async () => {
    const { folder, look, photos } = await setUpTree();
    const file = await run("apply", look, photos, "-o", join(folder, "x.jpg"));
    expect(file.exitCode).toBe(2);
    expect(file.stderr).toContain("--output: expected a folder for several photos");
    const empty = join(folder, "empty");
    await mkdir(empty);
    const { exitCode, document } = await runJson("apply", look, empty, "-o", join(folder, "out"));
    expect(exitCode).toBe(1);
    expect(document.error.code).toBe("NO_PHOTOS");
  });

  it("reports a photo that does not exist and goes on", async () => {
    const { folder, look, photos, out } = await setUpTree();
    const missing = join(folder, "missing.jpg");
    const { exitCode, stderr, stdout } = await run("apply", look, missing, photos, "-o", out);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `synthconv apply: ${missing}: expected a readable photo, received nothing of that name`,
    );
    expect(stdout).toContain("3 photos written");
  });

  it.skipIf(process.platform !== "linux")("handles names that are not UTF-8", async () => {
    const { folder, look, photo } = await setUp();
    const photos = join(folder, "photos");
    await mkdir(photos);
    const name = Buffer.from([0x66, 0xff, 0xfe, 0x2e, 0x70, 0x6e, 0x67]);
    await writeFile(Buffer.concat([Buffer.from(`${photos}/`), name]), await readFile(photo));
    const out = join(folder, "out");
    expect((await run("apply", look, photos, "-o", out)).exitCode).toBe(0);
    expect(await readdir(out, { encoding: "buffer" })).toEqual([name]);
  });

  it.skipIf(process.getuid?.() === 0)(
    "reports a folder that cannot be written, and leaves nothing",
    async () => {
      const { folder, look, photo } = await setUp();
      const locked = join(folder, "locked");
      await mkdir(locked, { mode: 0o500 });
      const { exitCode, stderr } = await run("apply", look, photo, "-o", join(locked, "x.png"));
      await chmod(locked, 0o700);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("no permission (EACCES)");
      expect(await readdir(locked)).toEqual([]);
    },
  );

  it("reports an output whose path leads through a file", async () => {
    const { folder, look, photo } = await setUp();
    const { exitCode, stderr } = await run("apply", look, photo, "-o", join(photo, "x.png"));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("synthconv apply: ");
    expect((await readdir(folder)).sort()).toEqual(["look.safetensors", "photo.png"]);
  });

  it("refuses a bomb from its header", async () => {
    const { folder, look } = await setUp();
    const bomb = join(folder, "bomb.png");
    await writeFile(bomb, emptyPng(100_000, 100_000));
    const before = process.memoryUsage.rss();
    const { exitCode, stderr } = await run("apply", look, bomb, "-o", join(folder, "out"));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("received 100000 x 100000 = 10,000,000,000");
    expect(process.memoryUsage.rss() - before).toBeLessThan(50e6);
  });
});

/** A PNG that declares a size and holds no pixels. */
function emptyPng(width: number, height: number): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    pngChunk("IHDR", size),
    pngChunk("IDAT", deflateSync("")),
    pngChunk("IEND"),
  ]);
}

function pngChunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
