import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { LUT_FORMATS, readLut } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { tables } from "../../../../test-support/luts.js";
import { needTool } from "../../../../test-support/needs.js";
import { outputOf } from "../../../../test-support/programs.js";
import { BAKE_TARGETS } from "../../src/commands/bake/targets.js";
import { run, runJson, writeLook, writePhoto } from "./support.js";

async function setUp() {
  const folder = temporaryFolder();
  return { folder, look: await writeLook(join(folder, "look.safetensors"), 0.125) };
}

describe("synthconv bake --for", () => {
  it("has tools whose formats hold their sizes", () => {
    expect(new Set(BAKE_TARGETS.map(({ name }) => name)).size).toBe(BAKE_TARGETS.length);
    for (const { format, size, extension } of BAKE_TARGETS) {
      const found = LUT_FORMATS.find(({ name }) => name === format);
      expect(found?.extensions[0]).toBe(extension);
      expect(found?.write?.lattice?.holds(size)).toBe(true);
    }
  });

  it.each(BAKE_TARGETS.map((target) => [target.name, target] as const))(
    "writes format, size and a lower-case extension as it is wanted, and says how to use it: %s",
    async (name, { format, size, extension, plain }) => {
      const { folder, look } = await setUp();
      const stated = join(folder, `Film.${extension.toUpperCase()}`);
      const { document } = await runJson("bake", look, "-o", stated, "--for", name);
      const output = join(folder, `Film.${extension}`);
      expect(document).toMatchObject({ output, for: name, format, size });
      expect(document.usage.join("\n").length).toBeGreaterThan(20);
      const bytes = await readFile(output);
      if (extension !== "png") {
        expect(tables(readLut(bytes, output).lut).cube?.size).toBe(size);
        expect(bytes.includes("# ")).toBe(plain !== true && extension === "cube");
        return;
      }
      const { width, height, depth } = await sharp(bytes).metadata();
      const expected: Record<string, unknown> = {
        unreal: { width: 256, height: 16, depth: "uchar" },
        gpuimage: { width: 512, height: 512, depth: "uchar" },
        rawtherapee: { width: 512, height: 512, depth: "ushort" },
      };
      expect({ width, height, depth }).toEqual(expected[name]);
    },
  );

  it("prints a command with which ffmpeg does what apply does", async (context) => {
    needTool(context, "ffmpeg");
    const { folder, look } = await setUp();
    const photo = await writePhoto(join(folder, "photo.png"), { width: 120, height: 80 });
    const [applied, byFfmpeg] = [join(folder, "applied.png"), join(folder, "ffmpeg.png")];
    const { document } = await runJson("bake", look, "-o", join(folder, "look"), "--for", "ffmpeg");
    outputOf("sh", ["-c", document.usage[0].replace("INPUT", photo).replace("OUTPUT", byFfmpeg)]);
    await run("apply", look, photo, "-o", applied);
    const difference = (await runJson("compare", applied, byFfmpeg)).document;
    expect(difference.deltaE2000.max).toBeLessThan(1);
  });

  it.each([
    [["-o", "x.cube", "--for", "foo"], "--for: expected one of ffmpeg, mpv, obs"],
    [
      ["-o", "x.cube", "--for", "unreal"],
      '--output: expected a name that ends in .png for unreal, received "',
    ],
    [["-o", "x", "--for", "obs", "--size", "17"], "--size: --for obs has its own, 33 nodes per axis"],
  ])("refuses %j", async ([flag = "", name = "", ...rest], message) => {
    const { folder, look } = await setUp();
    const { exitCode, stderr } = await run("bake", look, flag, join(folder, name), ...rest);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
