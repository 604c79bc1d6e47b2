import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { identityCube, writeCube } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson } from "./support.js";

const SMALL = ["--channels", "16", "--steps", "400", "--batch", "512", "--lr", "0.03"];

/** Where the fit may be poor. */
const QUICK = SMALL.with(3, "60");

const WIDTH = 160;
const HEIGHT = 120;

/** A picture with detail of every size, so that a shift matters. */
function detailed(x: number, y: number): readonly number[] {
  const wave = (fx: number, fy: number): number => 0.5 + 0.5 * Math.sin(x * fx + y * fy);
  return [wave(0.9, 0.3) * wave(0.05, 0.02), wave(0.4, 1.1) * wave(0.02, 0.07), wave(1.3, 0.7)].map(
    (v) => 30 + 190 * v,
  );
}

async function writePicture(
  path: string,
  colour: (x: number, y: number) => readonly number[],
): Promise<string> {
  const data = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      data.set(
        colour(x, y).map((v) => Math.round(Math.min(255, Math.max(0, v)))),
        3 * (WIDTH * y + x),
      );
    }
  }
  await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toFile(path);
  return path;
}

const edited = (colour: readonly number[]): number[] => colour.map((v) => 255 * (v / 255) ** 0.8);

async function trainOnPair(
  after: (x: number, y: number) => readonly number[],
): Promise<{ advice: string[]; stderr: string }> {
  const folder = temporaryFolder();
  const before = await writePicture(join(folder, "b.png"), detailed);
  const target = await writePicture(join(folder, "a.png"), after);
  const args = [
    "train",
    "--before",
    before,
    "--after",
    target,
    "-o",
    join(folder, "l.safetensors"),
    ...SMALL,
  ];
  const { stdout, stderr } = await run(...args, "--json");
  return { advice: JSON.parse(stdout).advice, stderr };
}

describe("what train says of a look that cannot fit", () => {
  it("is nothing for one that does", async () => {
    const { advice } = await trainOnPair((x, y) => edited(detailed(x, y)));
    expect(advice).toEqual([]);
  });

  it.each([
    ["a pair shifted by two pixels", (x: number, y: number) => edited(detailed(x + 2, y))],
    [
      "a vignette",
      (x: number, y: number) => {
        const light = 1 - 0.6 * (((2 * x) / WIDTH - 1) ** 2 + ((2 * y) / HEIGHT - 1) ** 2) * 0.5;
        return edited(detailed(x, y)).map((v) => v * light);
      },
    ],
  ])("names what the number means, where it may come from and what to try: %s", async (_name, after) => {
    const { advice, stderr } = await trainOnPair(after);
    expect(advice[0]).toMatch(
      /^\d+\.\d\d dB means that a channel is off by \d+(\.\d)? of 255 \(root mean square\), which is plain to see\. No look can pass about \d+\.\d\d dB here: equal colours before have different colours after\. The edit may depend on the place \(a vignette, /,
    );
    expect(advice[0]).toContain("or the photos do not lie on each other (a crop, a shift, ");
    expect(stderr).toContain("warning: ");
  });

  it("knows a LUT that is made for other data by its range, and one that bends too much", async () => {
    const folder = temporaryFolder();
    const write = async (name: string, value: (v: number) => number): Promise<string> => {
      const cube = identityCube(9);
      const path = join(folder, name);
      await writeFile(path, writeCube({ stages: [{ ...cube, table: cube.table.map(value) }] }));
      return path;
    };
    const output = join(folder, "l.safetensors");
    const scene = await runJson(
      "train",
      await write("log.cube", (v) => 700 * v ** 6),
      "-o",
      output,
      ...SMALL,
    );
    expect(scene.document.advice[0]).toMatch(
      /The LUT's values span 700, and a look's 0 to 1: it is made for other data/,
    );
    const waves = await write("waves.cube", (v) => 0.5 + 0.5 * Math.sin(40 * v));
    const bent = await runJson("train", waves, "-o", output, "--force", "--steps", "60", "--channels", "4");
    expect(bent.document.advice[0]).toMatch(
      /The LUT bends more than the network can\. Try --hidden 2 --channels 32$/,
    );
  });

  it("is that before and after are equal, or that there are too few pixels to tell", async () => {
    const same = await trainOnPair(detailed);
    expect(same.advice).toEqual([
      "before and after are equal: the look changes nothing. See whether after is the photo with its edit",
    ]);
    const folder = temporaryFolder();
    const photo = async (name: string, value: number): Promise<string> => {
      const path = join(folder, name);
      const create = { width: 5, height: 4, channels: 3 as const, background: { r: value, g: 90, b: 40 } };
      await sharp({ create }).toFile(path);
      return path;
    };
    const pair = ["--before", await photo("b.png", 80), "--after", await photo("a.png", 120)];
    const output = join(folder, "l.safetensors");
    const { document } = await runJson("train", ...pair, "-o", output, "--steps", "100", "--channels", "2");
    expect(document.advice.at(-1)).toMatch(
      /^it was trained on \d+ pixels: what it makes of other colours is a guess\./,
    );
  });

  it("ends with greys, always", async () => {
    const folder = temporaryFolder();
    const before = await writePicture(join(folder, "b.png"), detailed);
    const grey = await writePicture(join(folder, "a.png"), (x, y) => {
      const [r = 0, g = 0, b = 0] = detailed(x, y);
      return [1, 1, 1].map(() => Math.round((r + 2 * g + b) / 4));
    });
    const args = [
      "train",
      "--before",
      before,
      "--after",
      grey,
      "-o",
      join(folder, "l.safetensors"),
      ...QUICK,
    ];
    const { stdout } = await run(...args);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(
      /^greys: .+ along the ramp where its source rises; its source is monochrome, and its channels are 0\.0 of 255 apart at most$/,
    );
    const { document } = await runJson(...args, "--force");
    expect(document.greys).toMatchObject({ repaired: true });
    expect(document.greys.tint).toBeLessThan(0.01);
  });
});
