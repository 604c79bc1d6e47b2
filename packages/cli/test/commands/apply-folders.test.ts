import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { gradient, run, runJson, samplesOf, writeLook, writePhoto } from "./support.js";

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
      unseen: null,
      clipped: expect.any(Number),
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
