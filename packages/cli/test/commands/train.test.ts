import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { identityCube, parseLook, readLut, writableLutFormats } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { sharedData } from "../../../../test-support/needs.js";
import { run, runJson, writePhoto } from "./support.js";
import { darker, SMALL, setUpPair, writeDarkCube, writeEdited } from "./training.js";

describe("synthconv train", () => {
  it("learns a .cube, and measures the error over its whole lattice", async () => {
    const folder = temporaryFolder();
    const cube = await writeDarkCube(join(folder, "dark.cube"));
    const output = join(folder, "new", "dark.safetensors");
    const { exitCode, document } = await runJson("train", cube, "-o", output, ...SMALL);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      output,
      source: { kind: "cube", files: [cube] },
      network: { channels: [3, 8, 3], activation: "relu", residual: true },
      training: { source: "cube", steps: 60, batch: 512, learningRate: 0.03, loss: "mse", seed: 0 },
      ended: "finished",
      resumedFrom: 0,
      run: null,
      error: { on: "lattice", colours: 729 },
    });
    expect(document.error.psnr).toBeGreaterThan(26);
    const look = parseLook(await readFile(output), output);
    expect(look.schema.error).toEqual(document.error);
    // The run's own folder goes away with success.
    expect(await readdir(join(folder, "new"))).toEqual(["dark.safetensors"]);
  });

  it("reports in words, and the same seed gives the same bytes", async () => {
    const folder = temporaryFolder();
    const cube = await writeDarkCube(join(folder, "dark.cube"));
    const outputs = ["a", "b", "c"].map((name) => join(folder, `${name}.safetensors`));
    const { stdout } = await run("train", cube, "-o", outputs[0] as string, ...SMALL);
    expect(stdout).toContain(": 1x1 convolutions 3 - 8 - 3, 59 weights\n");
    expect(stdout).toContain("trained on a .cube of 9 nodes per axis, 60 steps in 0:0");
    expect(stdout).toMatch(/error on its whole lattice, 729 colours:\n {2}PSNR [23]\d\.\d\d dB\n/);
    await run("train", cube, "-o", outputs[1] as string, ...SMALL);
    await run("train", cube, "-o", outputs[2] as string, ...SMALL, "--seed", "1");
    const [a, b, c] = await Promise.all(outputs.map((output) => readFile(output)));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it("counts what refined the look beside the steps, and inspect does too", async () => {
    const folder = temporaryFolder();
    const cube = await writeDarkCube(join(folder, "dark.cube"));
    const look = join(folder, "dark.safetensors");
    const { stdout } = await run("train", cube, "-o", look, "--quality", "draft", "--size", "60");
    expect(stdout).toContain("trained on a .cube of 9 nodes per axis, 300 steps and 15 refinements in 0:");
    const lines = (await run("inspect", look)).stdout.split("\n");
    const steps = lines.findIndex((line) =>
      line.includes("300 steps of 2,048 colours, mse, learning rate 0.01"),
    );
    expect(lines[steps + 1]?.trim()).toBe("then 15 refinements, steps of Levenberg and Marquardt");
  });

  it("learns every other format of text, known by its content", async () => {
    const folder = temporaryFolder();
    const rows = [0, 1, 2, 3, 4].map((step) => (step / 4) ** 1.5);
    const curves = `Version 1\nFrom 0 1\nLength 5\nComponents 1\n{\n${rows.join("\n")}\n}\n`;
    await writeFile(join(folder, "curves.txt"), curves);
    const dark = await writeDarkCube(join(folder, "dark.cube"));
    const format = writableLutFormats().find(({ name }) => name === "spi3d");
    if (format?.source !== "bytes") throw new Error("the table has no .spi3d");
    const lattice = format.write.encode(readLut(await readFile(dark), dark).lut, {});
    await writeFile(join(folder, "lattice.txt"), lattice);
    for (const [name, kind] of [
      ["curves.txt", "spi1d"],
      ["lattice.txt", "spi3d"],
    ] as const) {
      const output = join(folder, `${kind}.safetensors`);
      const { exitCode, document } = await runJson("train", join(folder, name), "-o", output, ...SMALL);
      expect(exitCode).toBe(0);
      expect(document).toMatchObject({
        source: { kind },
        training: { source: kind },
        error: { on: "lattice" },
      });
      expect(document.error.psnr).toBeGreaterThan(26);
    }
  });

  it("learns a Hald image, known by its content", async () => {
    const folder = temporaryFolder();
    const hald = join(folder, "hald.png");
    const pixels = darker(Uint8Array.from(identityCube(16).table, (value) => Math.round(255 * value)));
    await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } }).toFile(hald);
    const { document } = await runJson("train", hald, "-o", join(folder, "l.safetensors"), ...SMALL);
    expect(document.source.kind).toBe("hald");
    expect(document.error).toMatchObject({ on: "lattice", colours: 4096 });
    expect(document.error.psnr).toBeGreaterThan(26);
  });

  it("learns a pair of photos, and measures the error on pixels and on regions that were held out", async () => {
    const { before, after, output } = await setUpPair();
    const { document } = await runJson("train", "--before", before, "--after", after, "-o", output, ...SMALL);
    expect(document.source).toEqual({ kind: "pairs", files: [before, after] });
    expect(document.training.source).toBe("pair");
    const [pixels, regions] = document.heldOut;
    expect(pixels.on).toBe("held-out pixels");
    expect(pixels.colours + document.training.samples).toBe(96 * 64);
    expect(pixels.psnr).toBeGreaterThan(26);
    expect(regions).toMatchObject({ on: "held-out regions", colours: 96 * 64 });
    expect(document.error).toEqual(regions);
  });

  it("learns nothing of what is transparent before or after", async () => {
    const { folder, before, after, output } = await setUpPair();
    const opaque = await runJson("train", "--before", before, "--after", after, "-o", output, ...SMALL);
    // A band of colours that no edit explains, invisible in one of the two photos.
    const veil = async (source: string, name: string, alpha: number): Promise<string> => {
      const path = join(folder, name);
      const { data, info } = await sharp(source).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      data.fill(255, 0, 4 * info.width * 24);
      for (let at = 3; at < 4 * info.width * 24; at += 4) data[at] = alpha;
      const { width, height } = info;
      await sharp(data, { raw: { width, height, channels: 4 } }).toFile(path);
      return path;
    };
    for (const [one, other] of [
      [0, 255],
      [255, 0],
    ] as const) {
      const photos = [await veil(before, "b.png", one), await veil(after, "a.png", other)] as const;
      const veiled = await runJson(
        "train",
        "--before",
        photos[0],
        "--after",
        photos[1],
        "-o",
        output,
        "--force",
        ...SMALL,
      );
      expect(veiled.exitCode).toBe(0);
      expect(veiled.document.error.psnr).toBeGreaterThan(opaque.document.error.psnr - 2);
    }
  });

  it("takes the extension in any case, and other commands read the file under that name", async () => {
    const folder = temporaryFolder();
    const cube = await writeDarkCube(join(folder, "dark.cube"));
    const output = join(folder, "A.SafeTensors");
    expect((await run("train", cube, "-o", output, ...SMALL)).exitCode).toBe(0);
    expect(await readdir(folder)).toContain("A.SafeTensors");
    expect((await runJson("inspect", output)).document.network.channels).toEqual([3, 8, 3]);
  });

  it("reads a LUT strip, and one that does not tell by --layout alone", async () => {
    const folder = temporaryFolder();
    const strip = (
      name: string,
      colour: (r: number, g: number, b: number) => readonly number[],
    ): Promise<unknown> => {
      const data = new Uint8Array(3 * 256 * 16);
      for (let pixel = 0; pixel < 256 * 16; pixel++) {
        const x = pixel % 256;
        data.set(colour(17 * (x % 16), 17 * Math.floor(pixel / 256), 17 * Math.floor(x / 16)), 3 * pixel);
      }
      return sharp(data, { raw: { width: 256, height: 16, channels: 3 } }).toFile(join(folder, name));
    };
    await strip("colour.png", (r, g, b) => [r, g, b]);
    await strip("grey.png", (r, g, b) => [r, r, r].map(() => Math.round((r + 2 * g + b) / 4)));
    const output = join(folder, "l.safetensors");
    const colour = await runJson("train", join(folder, "colour.png"), "-o", output, ...SMALL);
    expect(colour.document.source.kind).toBe("tiles");
    // A strip of the identity: the look that begins as the identity has nothing to learn.
    expect(colour.document.error.psnr).toBeNull();
    const refused = await run("train", join(folder, "grey.png"), "-o", output, "--force", ...SMALL);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("Say which one it is: --layout");
    const told = await runJson(
      "train",
      join(folder, "grey.png"),
      "-o",
      output,
      "--force",
      "--layout",
      "tiles",
      ...SMALL,
    );
    expect(told.document.source.kind).toBe("tiles");
  });

  it("learns folders of photos, matched by name", async () => {
    const folder = temporaryFolder();
    for (const name of ["before", "after"]) await mkdir(join(folder, name, "deep"), { recursive: true });
    await writePhoto(join(folder, "before", "a.png"), { width: 96, height: 64 });
    await writePhoto(join(folder, "before", "deep", "b.png"), { width: 64, height: 96 });
    await writeEdited(join(folder, "after", "a.tif"));
    await writeEdited(join(folder, "after", "deep", "b.png"), 64, 96);
    const pair = ["--before", join(folder, "before"), "--after", join(folder, "after")];
    const { document } = await runJson("train", ...pair, "-o", join(folder, "l.safetensors"), ...SMALL);
    expect(document.training.source).toBe("2 pairs");
    expect(document.heldOut[0].colours + document.training.samples).toBe(2 * 96 * 64);
  });

  it("stops at --time-limit with what was learned by then", async () => {
    const { before, after, output } = await setUpPair();
    const options = ["--steps", "1000000", "--time-limit", "300ms", "--batch", "256", "--channels", "4"];
    const { document } = await runJson(
      "train",
      "--before",
      before,
      "--after",
      after,
      "-o",
      output,
      ...options,
    );
    expect(document.ended).toBe("timeLimit");
    expect(document.training.steps).toBeLessThan(1_000_000);
    expect(document.error.psnr).toBeGreaterThan(15);
  });
});

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
