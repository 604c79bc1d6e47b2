import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { identityCube, writeCube } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { gradient, run, runJson, writePhoto } from "./support.js";

const SMALL = ["--channels", "8", "--steps", "150", "--batch", "256"];

type Curve = (value: number, channel: number) => number;

async function writeLut(path: string, curve: Curve): Promise<void> {
  const cube = identityCube(5);
  cube.table.forEach((value, at) => {
    cube.table[at] = curve(value, at % 3);
  });
  await writeFile(path, writeCube({ stages: [cube] }));
}

async function writeGraded(path: string, curve: Curve): Promise<void> {
  const data = gradient(24, 16).map((value, at) => Math.round(255 * curve(value / 255, at % 3)));
  await sharp(data, { raw: { width: 24, height: 16, channels: 3 } }).toFile(path);
}

const warm: Curve = (value, channel) => (channel === 0 ? value ** 0.8 : channel === 2 ? 0.8 * value : value);
const flat: Curve = (value) => 0.2 + 0.6 * value;

/** A folder with LUTs and photos, and a recipe in another folder, to which the paths are relative. */
async function recipeFolder(recipe: object): Promise<{ recipe: string; look: string; folder: string }> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "recipes"));
  await writeLut(join(folder, "warm.cube"), warm);
  await writeLut(join(folder, "flat.cube"), flat);
  await writePhoto(join(folder, "before.png"));
  await writeGraded(join(folder, "half.png"), (value, channel) => (value + warm(value, channel)) / 2);
  await writeGraded(join(folder, "whole.png"), warm);
  const path = join(folder, "recipes", "looks.json");
  await writeFile(path, JSON.stringify(recipe));
  return { recipe: path, look: join(folder, "look.safetensors"), folder };
}

const AMOUNT = { name: "amount", minimum: 0, maximum: 1, default: 1 };

describe("train --recipe", () => {
  it("learns styles from LUTs into one file, which blends them exactly", async () => {
    const { recipe, look, folder } = await recipeFolder({
      examples: [
        { lut: "../warm.cube", style: "warm" },
        { lut: "../flat.cube", style: "flat" },
      ],
    });
    const { document } = await runJson("train", "--recipe", recipe, "-o", look, ...SMALL);
    expect(document).toMatchObject({ source: { kind: "recipe" }, knobs: [], ended: "finished" });
    expect(document.conditions.map(({ style }: { style: string }) => style)).toEqual(["warm", "flat"]);
    for (const { error } of document.conditions) expect(error.psnr).toBeGreaterThan(30);
    const inspected = (await runJson("inspect", look)).document;
    expect(inspected.styles).toEqual([{ name: "warm" }, { name: "flat" }]);
    expect(inspected.generator).toEqual({ kind: "free" });
    expect((await run("inspect", look)).stdout).toMatch(/styles +warm +default\n +flat/);

    const baked = async (...style: string[]): Promise<number[]> => {
      const lut = join(folder, "baked.cube");
      const { document: bake } = await runJson("bake", look, "-o", lut, "--size", "3", "--force", ...style);
      expect(Object.keys(bake.styles)).toHaveLength(style.length === 4 ? 2 : 1);
      const rows = (await readFile(lut, "utf8")).split("\n").filter((line) => /^[\d.-]+ /.test(line));
      return rows.flatMap((line) => line.split(" ").map(Number));
    };
    const [byDefault, one, other] = [
      await baked(),
      await baked("--style", "warm"),
      await baked("--style", "flat"),
    ];
    const blend = await baked("--style", "warm=0.25", "--style", "flat=0.75");
    expect(one).toEqual(byDefault);
    blend.forEach((value, at) => {
      const expected = 0.25 * (one[at] as number) + 0.75 * (other[at] as number);
      // Where a style passes 1, its own LUT is cut off and the blend is not.
      if ((one[at] as number) < 1 && (one[at] as number) > 0)
        expect(Math.abs(value - expected)).toBeLessThan(1e-5);
    });
  });

  it("measures greys under each condition, and puts right those of each style", async () => {
    const { recipe, look, folder } = await recipeFolder({
      examples: [
        { lut: "../warm.cube", style: "warm" },
        { lut: "../grey.cube", style: "grey" },
      ],
    });
    const cube = identityCube(5);
    for (let at = 0; at < cube.table.length; at += 3) {
      const [red, green, blue] = cube.table.subarray(at, at + 3) as unknown as [number, number, number];
      cube.table.fill((red + 2 * green + blue) / 4, at, at + 3);
    }
    await writeFile(join(folder, "grey.cube"), writeCube({ stages: [cube] }));
    const { document } = await runJson("train", "--recipe", recipe, "-o", look, ...SMALL);
    const [warm, grey] = document.conditions;
    expect(warm.greys.tint).toBeNull();
    expect(grey.greys.tint).toBeLessThan(0.01);
    const fall = Math.max(warm.greys.fall, grey.greys.fall);
    expect(document.greys).toMatchObject({ fall, tint: grey.greys.tint, repaired: true });
    const { stdout } = await run("train", "--recipe", recipe, "-o", look, ...SMALL, "--force");
    expect(stdout).toMatch(
      /^greys: .+; its source is monochrome, and its channels are 0\.0 of 255 apart at most$/m,
    );
  });

  it("learns a knob from photos, applies it, and says how the look behaves between its settings", async () => {
    const pair = { before: "../before.png" };
    const { recipe, look, folder } = await recipeFolder({
      knobs: [AMOUNT],
      examples: [
        { ...pair, after: "../before.png", set: { amount: 0 } },
        { ...pair, after: "../half.png", set: { amount: 0.5 } },
        { ...pair, after: "../whole.png" },
      ],
    });
    const args = ["train", "--recipe", recipe, "-o", look, ...SMALL];
    const { document } = await runJson(...args);
    expect(document.training.learningRate).toBe(0.002);
    const [knob] = document.knobs;
    expect(knob).toMatchObject({ name: "amount", settings: [0, 0.5, 1] });
    for (const { greys } of document.conditions) expect(greys.fall).toBeLessThanOrEqual(document.greys.fall);
    expect(knob.reversal.max).toBeGreaterThanOrEqual(knob.reversal.mean);
    expect(knob.excursion.mean).toBeLessThan(2);
    const { stdout } = await run(...args, "--force");
    expect(stdout).toMatch(/knob amount, between 0, 0\.5, 1: channels go back by [\d.]+ of 255 at most, /);
    expect(stdout).toMatch(
      /under each condition:\n {2}amount=0 .*\n {2}amount=0\.5 .*\n {2}all knobs at their default/,
    );
    const photo = join(folder, "before.png");
    const out = join(folder, "out.png");
    const refused = await run("apply", look, photo, "-o", out, "--set", "amount=1.5");
    expect(refused.stderr).toContain("--set: knob amount: expected a number from 0 to 1, received 1.5");
    const { document: applied } = await runJson(
      "apply",
      look,
      photo,
      "-o",
      out,
      "--set",
      "amount=1.5",
      "--clamp",
    );
    expect(applied).toMatchObject({ settings: { amount: 1 }, styles: null, written: 1 });
  });

  it("warns of a range that the examples do not reach", async () => {
    const { recipe, look } = await recipeFolder({
      knobs: [AMOUNT],
      examples: [
        { before: "../before.png", after: "../half.png", set: { amount: 0.5 } },
        { before: "../before.png", after: "../whole.png" },
      ],
    });
    const { stderr } = await run("train", "--recipe", recipe, "-o", look, ...SMALL, "--steps", "2");
    expect(stderr).toContain(
      "knob amount: its examples go from 0.5 to 1, its range from 0 to 1: what lies beyond them is a guess. Give it examples at its ends, or narrow its range",
    );
  });

  it.each<[string, string[], string, number]>([
    ["a LUT beside it", ["x.cube"], "expected a recipe alone, received x.cube beside --recipe", 2],
    [
      "photos beside it",
      ["--before", "a.jpg"],
      "expected a recipe alone, received --before beside --recipe",
      2,
    ],
    [
      "half of a pair beside it",
      ["--after", "a.jpg"],
      "expected a recipe alone, received --after beside --recipe",
      2,
    ],
  ])("is refused with %s", async (_name, more, message, code) => {
    const { recipe, look } = await recipeFolder({ examples: [{ lut: "../warm.cube" }] });
    const { stderr, exitCode } = await run("train", "--recipe", recipe, ...more, "-o", look);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });

  it("names files that are not there and photos that do not match", async () => {
    const { recipe, look, folder } = await recipeFolder({ examples: [{ lut: "../wram.cube" }] });
    expect((await run("train", "--recipe", recipe, "-o", look)).stderr).toContain("wram.cube");
    await writePhoto(join(folder, "small.png"), { width: 8, height: 8 });
    await writeFile(
      recipe,
      JSON.stringify({ examples: [{ before: "../before.png", after: "../small.png" }] }),
    );
    expect((await run("train", "--recipe", recipe, "-o", look)).stderr).toMatch(
      /small\.png: expected 24 x 16 pixels, as .*before\.png has, or the same picture .* received 8 x 8, and what it shows is not found/,
    );
    const missing = await run("train", "--recipe", join(folder, "no.json"), "-o", look);
    expect(missing.stderr).toContain("no.json");
    expect(missing.exitCode).toBe(1);
  });
});

describe("--style", () => {
  it.each<[string[], string]>([
    [
      ["--style", "wram"],
      '--style: style wram: expected one of warm, flat, received "wram". Did you mean warm?',
    ],
    [["--style", "warm=2"], "--style: style warm: expected a share from 0 to 1, received 2"],
    [
      ["--style", "warm=0.5"],
      "shares that make 1 together, received warm=0.5, together 0.5. For less of one style lower the strength.",
    ],
    [["--style", "warm", "--style", "warm"], "--style: expected each style once, received warm twice"],
    [["--style", "=1"], '--style: expected name or name=share, received "=1"'],
    [["--style", "warm=x"], '--style warm: expected a number, received "x"'],
  ])("refuses %j", async (style, message) => {
    const { look, recipe, folder } = await recipeFolder({
      examples: [
        { lut: "../warm.cube", style: "warm" },
        { lut: "../flat.cube", style: "flat" },
      ],
    });
    await run("train", "--recipe", recipe, "-o", look, "--channels", "2", "--steps", "1", "--batch", "8");
    const { stderr, exitCode } = await run("bake", look, "-o", join(folder, "x.cube"), ...style);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
