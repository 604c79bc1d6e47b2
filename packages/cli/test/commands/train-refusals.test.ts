/** What `synthconv train` refuses, in one line, before it writes anything. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { sharedData } from "../../../../test-support/needs.js";
import { run, writePhoto } from "./support.js";
import { SMALL, setUpPair, writeDarkCube, writeEdited } from "./training.js";

describe("synthconv train, bad input", () => {
  it.each([
    [
      [],
      "expected one LUT (.cube, .clf, .3dl, .csp, .spi1d, .spi3d, Hald image or LUT strip), photos by --before and --after, --chart, or --recipe, received 0 files",
    ],
    [
      ["a.cube", "b.cube"],
      "expected one LUT (.cube, .clf, .3dl, .csp, .spi1d, .spi3d, Hald image or LUT strip), photos by --before and --after, --chart, or --recipe, received 2 files",
    ],
    [["--before", "a.png"], "expected --before and --after, received only --before"],
    [
      ["a.cube", "--before", "a", "--after", "b"],
      "expected a LUT or a pair of photos, received a.cube beside --before and --after",
    ],
    [["a.cube", "--steps", "0"], '--steps: expected a whole number from 1, received "0"'],
    [["a.cube", "--steps", "1.5"], '--steps: expected a whole number from 1, received "1.5"'],
    [["a.cube", "--channels", "257"], '--channels: expected a whole number from 1 to 256, received "257"'],
    [["a.cube", "--lr", "0"], '--lr: expected a number above 0, received "0"'],
    [
      ["a.cube", "--lr", "0,01"],
      '--lr: expected a number above 0, received "0,01". Write 0.01, with a point',
    ],
    [
      ["a.cube", "--time-limit", "soon"],
      '--time-limit: expected a time such as 90, 90s, 5min or 1h, received "soon"',
    ],
    [
      ["a.cube", "--loss", "huge"],
      "option '--loss <name>' argument 'huge' is invalid. Allowed choices are mse, l1, charbonnier.",
    ],
  ])("refuses %j", async (args, message) => {
    const output = join(temporaryFolder(), "l.safetensors");
    expect(await run("train", ...args, "-o", output)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `synthconv train: ${message}\n`,
    });
  });

  it("refuses an output that is no look file, or exists", async () => {
    const folder = temporaryFolder();
    const cube = await writeDarkCube(join(folder, "dark.cube"));
    const wrong = await run("train", cube, "-o", join(folder, "x.cube"));
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("--output: expected a name that ends in .safetensors");
    const output = join(folder, "l.safetensors");
    await writeFile(output, "precious");
    expect((await run("train", cube, "-o", output, ...SMALL)).exitCode).toBe(1);
    expect(await readFile(output, "utf8")).toBe("precious");
  });

  it("refuses a pair of different sizes that is not one picture with both sizes, and photos without a partner", async () => {
    const { folder, before, output } = await setUpPair();
    const small = await writeEdited(join(folder, "small.png"), 40, 30);
    const sizes = await run("train", "--before", before, "--after", small, "-o", output);
    expect(sizes.exitCode).toBe(1);
    expect(sizes.stderr).toContain(
      `${small}: expected 96 x 64 pixels, as ${before} has, or the same picture`,
    );
    expect(sizes.stderr).toContain(`received 40 x 30, and what it shows is not found in ${before}`);
    for (const name of ["b", "a"]) await mkdir(join(folder, name));
    await writePhoto(join(folder, "b", "1.png"));
    await writePhoto(join(folder, "a", "2.png"));
    const lonely = await run(
      "train",
      "--before",
      join(folder, "b"),
      "--after",
      join(folder, "a"),
      "-o",
      output,
    );
    expect(lonely.stderr).toContain("only before: 1; only after: 2");
  });

  it.each([
    ["a missing file", undefined, /received nothing of that name/],
    ["an empty file", "", /expected .*received/],
    ["rows missing", "LUT_3D_SIZE 2\n0 0 0\n1 1 1\n", /expected .*received/],
    ["a size that would need 825 GB", "LUT_3D_SIZE 4096\n0 0 0\n", /expected .*received/],
    ["decimal commas", "LUT_3D_SIZE 2\n0,5 0 0\n", /expected .*received/],
    ["NaN", `LUT_3D_SIZE 2\n${"nan 0 0\n".repeat(8)}`, /expected .*received/],
  ])("refuses a .cube with %s in one line that names the file", async (_what, text, message) => {
    const folder = temporaryFolder();
    const cube = join(folder, "x.cube");
    if (text !== undefined) await writeFile(cube, text);
    const { exitCode, stdout, stderr } = await run("train", cube, "-o", join(folder, "l.safetensors"));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr.startsWith(`synthconv train: ${cube}`)).toBe(true);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect((await readdir(folder)).filter((name) => name !== "x.cube")).toEqual([]);
  });

  it("refuses a photo that is no Hald image", async () => {
    const { before, output } = await setUpPair();
    const { exitCode, stderr } = await run("train", before, "-o", output);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${before}: expected a Hald image`);
  });

  it("refuses the illegal ones among the real LUTs of all formats, with the line", async (context) => {
    const folder = temporaryFolder();
    const luts = sharedData(context, "luts");
    const illegal = /illegal__|Exception_Raising|error_truncated|indexMap_test4/;
    const names = (await readdir(luts, { recursive: true })).filter((name) => illegal.test(name));
    expect(names.length).toBe(8);
    for (const name of names) {
      const { exitCode, stderr } = await run("train", join(luts, name), "-o", join(folder, "l.safetensors"));
      expect({ name, exitCode }).toEqual({ name, exitCode: 1 });
      expect(stderr).toMatch(/^synthconv train: .*, line \d+: expected .*, received .*\n$/);
    }
  });
});

describe("synthconv train, one pair too many", () => {
  it.each(["--before", "--after"])("refuses a second %s, which would count alone", async (option) => {
    const { exitCode, stderr } = await run(
      "train",
      option,
      "a.jpg",
      option,
      "b.jpg",
      "-o",
      "look.safetensors",
    );
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `synthconv train: ${option}: expected one photo or folder, received two, a.jpg and b.jpg. Put the photos of ` +
        "several pairs into two folders, with the same names in both\n",
    );
  });
});
