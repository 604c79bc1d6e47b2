/** What `synthconv train` learns from, and what it says; what it refuses stands in train-refusals. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { identityCube, parseLook, readLut, writableLutFormats } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
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
