import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identityCube, type Lut, writeCube } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson, writeLook } from "./support.js";

/** A look of 17 nodes with values a little beyond 0 to 1. */
async function setUp(lut?: Lut): Promise<{ folder: string; source: string }> {
  const folder = temporaryFolder();
  const source = join(folder, "look.cube");
  const cube = identityCube(17);
  const table = cube.table.map((value, at) => 1.1 * value ** (1.1 + 0.1 * (at % 3)) - 0.02);
  await writeFile(source, writeCube(lut ?? { title: "a look", stages: [{ ...cube, table }] }));
  return { folder, source };
}

describe("synthconv convert", () => {
  it.each([
    ["clf", [], 0],
    ["csp", [], 0],
    ["spi3d", [], 0],
    ["3dl", ["values from -0.02 to 1.08 are clamped to 0 to 1", "values are rounded to 16 bits"], 25],
    [
      "png",
      [
        "a lattice: sampled as one lattice of 64 nodes per axis",
        "values from -0.02 to 1.08 are clamped to 0 to 1",
        "values are rounded to 16 bits",
      ],
      25,
    ],
  ])("writes a .cube as .%s, says what that changes and by how much", async (extension, changes, most) => {
    const { folder, source } = await setUp();
    const output = join(folder, `new.${extension}`);
    const { stdout, stderr } = await run("convert", source, output, "--json");
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ input: source, output, from: "cube", changes });
    expect(stderr).toBe(
      changes.map((change) => `synthconv convert: warning: ${output}: ${change}\n`).join(""),
    );
    expect(document.error.codes.max).toBeLessThanOrEqual(most);
    expect(document.error.codes.max > 0).toBe(most > 0);
    // And back: what is read is what was written.
    const back = await runJson("convert", output, join(folder, "back.cube"));
    expect(back.document).toMatchObject({ from: document.to, to: "cube", changes: [] });
    expect(back.document.error.codes.max).toBe(0);
  });

  it("prints the error in codes and deltaE 2000, and writes strips and sizes that are asked for", async () => {
    const { folder, source } = await setUp();
    const output = join(folder, "strip.png");
    const { stdout, exitCode } = await run("convert", source, output, "--format", "tiles", "--size", "16");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/strip\.png: LUT strip, lut3d\n/);
    expect(stdout).toMatch(/8-bit codes: mean \d+\.\d{3}, largest \d+\.\d{2}\n/);
    expect(stdout).toMatch(/deltaE 2000 +\d/);
    expect((await runJson("convert", output, join(folder, "x.cube"))).document).toMatchObject({
      from: "tiles",
    });
  });

  it("overwrites no input, and another file only with --force", async () => {
    const { folder, source } = await setUp();
    const before = await readFile(source);
    const again = await run("convert", source, source, "--force");
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain("inputs are never overwritten");
    const output = join(folder, "old.clf");
    await copyFile(source, output);
    expect((await run("convert", source, output)).exitCode).toBe(1);
    expect(await readFile(output)).toEqual(before);
    expect((await run("convert", source, output, "--force")).exitCode).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(["look.cube", "old.clf"]);
  });

  it.each([
    [
      ["x.lut"],
      2,
      "expected an output whose name ends in .cube, .clf, .3dl, .csp, .spi1d, .spi3d or .png, or --format",
    ],
    [
      ["x.png", "--format", "foo"],
      2,
      "--format: expected one of cube, clf, 3dl, csp, spi1d, spi3d, hald, tiles",
    ],
    [["x.spi1d"], 1, "a .spi1d: expected a transform of each channel by itself"],
    [["x.3dl", "--size", "20"], 1, "a .3dl: expected a size of 5, 9, 17, 33, 65, 129, received 20"],
    [["x.csp", "--format", "clf"], 2, "--format: expected a name that ends in .clf for clf, received"],
    [["x.clf", "--layout", "squares"], 2, "argument 'squares' is invalid. Allowed choices are hald, tiles."],
    [["x.clf", "--layout", "tiles"], 2, "--layout: expected a LUT picture beside it, received"],
    [["x.cube", "--size", "1"], 2, "--size: expected a whole number from 2"],
  ])("refuses %j, and writes nothing", async ([name = "", ...options], exitCode, message) => {
    const { folder, source } = await setUp();
    const ended = await run("convert", source, join(folder, name), ...options);
    expect(ended.stderr).toContain(message);
    expect(ended.exitCode).toBe(exitCode);
    expect(await readdir(folder)).toEqual(["look.cube"]);
  });

  it("sends looks to bake", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.1);
    const { stderr, exitCode } = await run("convert", look, join(folder, "x.cube"));
    expect({ stderr, exitCode }).toEqual({
      stderr: `synthconv convert: expected a LUT, received ${look}, a look: synthconv bake writes looks as LUTs\n`,
      exitCode: 2,
    });
  });
});
