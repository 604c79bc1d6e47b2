/** What train and inspect say of colours that a look did not see; the real data lie beside some checkouts only. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { type ColourSamples, errorByDistance, fitLook, measureLook, samplePair } from "synthconv/fit";
import { applyLut, type Coverage, parseLook, SeenColours, serializeLook } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { sharedData } from "../../../../test-support/needs.js";
import { readLutFile } from "../../src/lut-file.js";
import { MIX, run, runJson, writeLook } from "./support.js";

/** Errors of a look that saw black alone: a sixteenth of each channel is one of 4,096 cells. */
const ERRORS = [
  { from: 0, to: 0, colours: 900, mean: 0.4, p95: 1.25 },
  { from: 1, to: 1, colours: 800, mean: 0.9, p95: 2 },
  { from: 4, to: 5, colours: 70, mean: 4.5, p95: 11.126 },
];
const BLACK = { cells: Buffer.alloc(512, Buffer.from([1, ...Array(511).fill(0)])).toString("base64") };

async function lookWithErrors(path: string): Promise<string> {
  const look = parseLook(await readFile(await writeLook(path, 0.1)), path);
  const schema = { ...look.schema, coverage: BLACK, errorByDistance: ERRORS };
  await writeFile(path, serializeLook({ ...look, schema }));
  return path;
}

describe("the error by distance", () => {
  it("is told by inspect: of each distance its share of all colours, and of farther ones that it is not known", async () => {
    const file = await lookWithErrors(join(temporaryFolder(), "l.safetensors"));
    const { stdout, exitCode } = await run("inspect", file);
    expect(exitCode).toBe(0);
    const lines = stdout.split("\n").map((line) => line.trim());
    const at = lines.findIndex((line) => line.startsWith("deltaE 2000 by the distance"));
    expect(lines.slice(at, at + 6)).toEqual([
      "deltaE 2000 by the distance from the colours that it saw, in 16ths of a channel's range:",
      "of all colours       mean    p95",
      "0                      0 %       0.40   1.25",
      "1                      0 %       0.90   2.00",
      "4 to 5                 4 %       4.50  11.13",
      "6 and more            95 %  not known",
    ]);
    const { document } = await runJson("inspect", file);
    expect(document.errorByDistance).toEqual(ERRORS);
  });

  it("is drawn on the page, a bar for each distance", async () => {
    const folder = temporaryFolder();
    const file = await lookWithErrors(join(folder, "l.safetensors"));
    const html = join(folder, "page.html");
    await runJson("inspect", file, "--html", html);
    const page = await readFile(html, "utf8");
    const drawing = /<svg class="distances".*?<\/svg>/.exec(page)?.[0] ?? "";
    const heights = [...drawing.matchAll(/<rect [^>]*height="([^"]+)"/g)].map(([, height]) => Number(height));
    expect(heights).toHaveLength(3);
    expect((heights[2] as number) / (heights[0] as number)).toBeCloseTo(4.5 / 0.4, 0);
    for (const text of [">4 to 5<", ">6 and more<", ">not known<", ">4.50<"]) expect(drawing).toContain(text);
  });

  it("is left out of a look that was not measured so", async () => {
    const folder = temporaryFolder();
    const file = await writeLook(join(folder, "l.safetensors"), 0.1, [MIX]);
    expect((await run("inspect", file)).stdout).not.toContain("by the distance");
    const html = join(folder, "page.html");
    const { document } = await runJson("inspect", file, "--html", html);
    expect(document.errorByDistance).toEqual([]);
    expect(await readFile(html, "utf8")).not.toContain('class="distances"');
  });

  it("is measured by train, printed and written into the look", { timeout: 300_000 }, async () => {
    const folder = temporaryFolder();
    const [before, after] = [join(folder, "before.png"), join(folder, "after.png")];
    const [width, height] = [48, 32];
    const data = Buffer.from(
      Array.from({ length: 3 * width * height }, (_, at) => {
        const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
        return [3 * x, 2 * x + 3 * y, 5 * y][at % 3] as number;
      }),
    );
    const edited = Buffer.from(data.map((value) => Math.round(255 * (value / 255) ** 1.4)));
    await sharp(data, { raw: { width, height, channels: 3 } }).toFile(before);
    await sharp(edited, { raw: { width, height, channels: 3 } }).toFile(after);
    const look = join(folder, "l.safetensors");
    const args = ["--before", before, "--after", after, "--quality", "draft", "--size", "60", "-o", look];
    const { document, exitCode } = await runJson("train", ...args);
    expect(exitCode).toBe(0);
    const { schema } = parseLook(await readFile(look), "look");
    expect(document.errorByDistance).toEqual(schema.errorByDistance);
    expect(document.errorByDistance[0]).toMatchObject({ from: 0, to: 0 });
    expect(document.errorByDistance.length).toBeGreaterThan(2);
    const { stdout } = await run("train", ...args, "--force");
    expect(stdout).toContain("deltaE 2000 by the distance from the colours that it saw");
  });

  it("foretells what a film does to all colours from one photo, within a factor of 2.5", {
    timeout: 300_000,
  }, async (context) => {
    const before = await viewOf(join(sharedData(context, "photos/kodak"), "kodim23.png"));
    const after = await viewOf(join(sharedData(context, "pairs/kodak-film"), "after-kodachrome/kodim23.jpg"));
    const hald = join(sharedData(context, "luts/natron-clut"), "colorslide__generic_kodachrome_64.png");
    const samples = samplePair(before, after, { seed: 0, limit: 2 ** 16 }).training;
    const examples = [{ samples, balance: true }];
    const { look } = await fitLook(examples, { source: "pair", quality: "draft" });
    const { lut } = await readLutFile(hald);
    const all = cubeOf(16);
    const truth = applyLut(lut, all, { layout: "planar" });
    const distances = new SeenColours(look.schema.coverage as Coverage).distancesOf(all);
    const told = errorByDistance(look, examples);
    expect(told.length).toBeGreaterThan(4);
    for (const { from, to, mean } of told.slice(0, 4)) {
      const isThere = (at: number): boolean => {
        const distance = distances[at] as number;
        return distance >= from && distance <= (to ?? distance);
      };
      const found = measureLook(look, [{ samples: thoseOf({ input: all, target: truth }, isThere) }], "cube");
      const ratio = mean / found.deltaE2000.mean;
      expect(ratio, `told ${mean} at ${from}, found ${found.deltaE2000.mean}`).toBeGreaterThan(1 / 2.5);
      expect(ratio, `told ${mean} at ${from}, found ${found.deltaE2000.mean}`).toBeLessThan(2.5);
    }
  });
});

async function viewOf(path: string): Promise<Parameters<typeof samplePair>[0]> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
}

/** The middles of the cells of a lattice, planar. */
function cubeOf(side: number): Float32Array {
  const count = side ** 3;
  return Float32Array.from({ length: 3 * count }, (_, at) => {
    return ((Math.floor((at % count) / side ** Math.floor(at / count)) % side) + 0.5) / side;
  });
}

function thoseOf({ input, target }: ColourSamples, isWanted: (at: number) => boolean): ColourSamples {
  const total = input.length / 3;
  const indices = Array.from({ length: total }, (_, at) => at).filter(isWanted);
  const take = (planes: Float32Array): Float32Array =>
    Float32Array.from({ length: 3 * indices.length }, (_, at) => {
      const index = indices[at % indices.length] as number;
      return planes[Math.floor(at / indices.length) * total + index] as number;
    });
  return { input: take(input), target: take(target) };
}
