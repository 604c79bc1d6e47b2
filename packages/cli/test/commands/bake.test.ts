import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { readLut } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { tables } from "../../../../test-support/luts.js";
import { needTool } from "../../../../test-support/needs.js";
import { outputOf } from "../../../../test-support/programs.js";
import { MIX, run, runJson, writeLook, writePhoto } from "./support.js";

async function setUp() {
  const folder = temporaryFolder();
  return { folder, look: await writeLook(join(folder, "look.safetensors"), 0.125) };
}

describe("synthconv bake", () => {
  it("writes a .cube of 33 nodes per axis, and says what the baking lost", async () => {
    const { folder, look } = await setUp();
    const output = join(folder, "my look.cube");
    const { exitCode, stdout, stderr } = await run("bake", look, "-o", output);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`${output}: .cube, 33 nodes per axis, 35,937 colours\n`);
    expect(stdout).toMatch(/deltaE 2000 +\d/);
    const { lut } = readLut(await readFile(output), output);
    const { cube } = tables(lut);
    expect(lut.title).toBe("my look");
    expect(cube?.size).toBe(33);
    expect([...(cube?.table.subarray(0, 6) ?? [])]).toEqual([0.125, 0.125, 0.125, 0.15625, 0.125, 0.125]);
  });

  it("says what the look does to greys and colours, and keeps it in the file", async () => {
    const { folder, look } = await setUp();
    const output = join(folder, "x.cube");
    const { stdout } = await run("bake", look, "-o", output, "--size", "5");
    // It adds 0.125: of 33 nodes an axis keeps 29, of 256 codes 32 go beyond white.
    expect(stdout).toContain(
      "the look itself:\n" +
        "  greys: tinted by up to 0.0 of 255, falling by up to 0.0\n" +
        "  all colours: 0.0 % folded over, 32.1 % clipped\n" +
        "  ramp of 8 bits: steps of up to 1.0, 224 levels of 256 left\n",
    );
    const note =
      "greys tinted by 0.0 of 255 and falling by 0.0, 0.0 % folded, 32.1 % clipped, steps of 1.0, 224 levels";
    expect(await readFile(output, "utf8")).toContain(`# ${note}\n`);
    const { document } = await runJson("bake", look, "-o", join(folder, "plain"), "--for", "camera");
    expect(document.guarantees).toMatchObject({ tint: 0, fall: 0, fallAt: 0, folded: 0, levels: 224 });
    expect(await readFile(join(folder, "plain.cube"), "utf8")).not.toContain("greys");
  });

  it("bakes the knobs and the strength in", async () => {
    const { folder } = await setUp();
    const look = await writeLook(join(folder, "knob.safetensors"), 0.25, [MIX]);
    const output = join(folder, "x.cube");
    const { document } = await runJson(
      "bake",
      look,
      "-o",
      output,
      "--size",
      "5",
      "--set",
      "mix=1",
      "--strength",
      "0.5",
    );
    expect(document).toMatchObject({
      look,
      output,
      format: "cube",
      size: 5,
      settings: { mix: 1 },
      strength: 0.5,
    });
    expect(document.error.deltaE2000.mean).toBeGreaterThanOrEqual(0);
    const bytes = await readFile(output);
    expect(tables(readLut(bytes, output).lut).cube?.table[0]).toBe(0.125);
    expect(bytes.toString()).toContain("# baked by synthconv from knob.safetensors, mix=1, strength 0.5");
  });

  it("bakes an identity look to exactly the identity", async () => {
    const { folder } = await setUp();
    const look = await writeLook(join(folder, "identity.safetensors"), 0);
    const { document } = await runJson("bake", look, "-o", join(folder, "x.cube"), "--size", "17");
    expect(document.error).toEqual({
      psnr: null,
      deltaE76: { mean: 0, p95: 0, max: 0 },
      deltaE2000: { mean: 0, p95: 0, max: 0 },
    });
  });

  it("writes a Hald image of 16 bits", async () => {
    const { folder, look } = await setUp();
    const output = join(folder, "x.png");
    const { stdout } = await run("bake", look, "-o", output);
    expect(stdout).toContain("Hald image, 64 nodes per axis");
    expect(await sharp(output).metadata()).toMatchObject({
      width: 512,
      height: 512,
      depth: "ushort",
      channels: 3,
    });
    const { data } = await sharp(output)
      .toColourspace("rgb16")
      .raw({ depth: "ushort" })
      .toBuffer({ resolveWithObject: true });
    const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    expect(
      tables(readLut({ pixels: samples, width: 512, height: 512 }, output).lut).cube?.table[0],
    ).toBeCloseTo(0.125, 4);
  });

  it("writes a .spi3d with the same nodes as the .cube, and names no ffmpeg command: ffmpeg reads none", async () => {
    const { folder, look } = await setUp();
    const outputs = [join(folder, "x.cube"), join(folder, "x.spi3d")] as const;
    const documents = [];
    for (const output of outputs)
      documents.push((await runJson("bake", look, "-o", output, "--size", "5")).document);
    const [cube, spi3d] = await Promise.all(
      outputs.map(async (output) => tables(readLut(await readFile(output), output).lut).cube),
    );
    expect(spi3d).toEqual(cube);
    const differs = { output: outputs[1], format: "spi3d", ffmpeg: null, usage: [] };
    expect(documents[1]).toEqual({ ...documents[0], ...differs });
    expect((await run("bake", look, "-o", outputs[1], "--force")).stdout).not.toContain("ffmpeg");
  });

  it.each([
    [
      ["-o", "x.lut"],
      '--output: expected a name that ends in .cube, .clf, .3dl, .csp, .spi3d or .png, received "x.lut"',
    ],
    [
      ["-o", "x.png", "--size", "33"],
      "--size: expected 4, 9, 16, ... 64, ... 256 for a Hald image, received 33",
    ],
    [["-o", "x.cube", "--size", "300"], "--size: expected 2 to 256 for a .cube, received 300"],
    [
      ["-o", "x.cube", "--set", "a=1"],
      "--set: knob a: expected no setting (this look has no knobs), received a=1",
    ],
    [[], "required option '-o, --output <file>' not specified"],
  ])("refuses %j", async (options, message) => {
    const { look } = await setUp();
    const { exitCode, stderr } = await run("bake", look, ...options);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `synthconv bake: ${message}\n` });
  });

  it("overwrites no file without --force", async () => {
    const { folder, look } = await setUp();
    const output = join(folder, "x.cube");
    await writeFile(output, "precious");
    expect((await run("bake", look, "-o", output)).exitCode).toBe(1);
    expect(await readFile(output, "utf8")).toBe("precious");
    expect((await run("bake", look, "-o", output, "--force")).exitCode).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(["look.safetensors", "x.cube"]);
  });

  it.for(["it's a, [look]:1.cube", "it's a look.png"])(
    "prints an ffmpeg command that does what apply does: %s",
    async (name, context) => {
      needTool(context, "ffmpeg");
      const { folder, look } = await setUp();
      const photo = await writePhoto(join(folder, "photo.png"), { width: 120, height: 80 });
      const baked = join(folder, name);
      const applied = join(folder, "applied.png");
      const byFfmpeg = join(folder, "ffmpeg.png");
      const { document } = await runJson("bake", look, "-o", baked);
      const command = document.ffmpeg.replace("INPUT", photo).replace("OUTPUT", byFfmpeg);
      outputOf("sh", ["-c", command]);
      await run("apply", look, photo, "-o", applied);
      const difference = (await runJson("compare", applied, byFfmpeg)).document;
      expect(difference.deltaE2000.mean).toBeLessThan(0.3);
      expect(difference.deltaE2000.max).toBeLessThan(1);
    },
  );
});
