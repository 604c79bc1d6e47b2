import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson, writePhoto } from "./support.js";

const DARKER = 0.8;

/** The chart, darker and at 60 % of its size, as a JPEG. */
async function editedChart(folder: string): Promise<string> {
  const chart = join(folder, "chart.png");
  expect((await run("chart", "-o", chart)).exitCode).toBe(0);
  const edited = join(folder, "edited.jpg");
  await sharp(chart).resize(1440).linear(DARKER, 0).jpeg({ quality: 85 }).toFile(edited);
  return edited;
}

describe("synthconv chart", () => {
  it("writes a chart from which train --chart learns what became of it", async () => {
    const folder = temporaryFolder();
    const edited = await editedChart(folder);
    const output = join(folder, "look.safetensors");
    const { exitCode, document } = await runJson(
      "train",
      "--chart",
      edited,
      "-o",
      output,
      "--quality",
      "draft",
    );
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      source: { kind: "chart", files: [edited] },
      training: { source: "chart" },
      error: { on: "held-out colours" },
      chart: { width: 1440, height: 1440, mirrored: false, colours: 4096, patches: 16_384 },
    });
    expect(document.chart.scale).toBeCloseTo(0.6, 3);
    expect(Math.abs(document.chart.turned)).toBeLessThan(0.1);
    expect(document.error.colours + document.training.samples).toBe(4096);
    expect(document.error.deltaE2000.mean).toBeLessThan(0.6);
    const photo = await writePhoto(join(folder, "photo.png"));
    const graded = join(folder, "graded.png");
    const { document: applied } = await runJson("apply", output, photo, "-o", graded);
    // Every colour was seen: there is nothing that could be unseen.
    expect(applied.photos[0].unseen).toBe(null);
    const [before, after] = await Promise.all([photo, graded].map((path) => sharp(path).raw().toBuffer()));
    const off = (before as Buffer).map((value, at) =>
      Math.abs(((after as Buffer)[at] as number) - DARKER * value),
    );
    expect(off.reduce((sum, value) => sum + value, 0) / off.length).toBeLessThan(1);
  }, 300_000);

  it("does not overwrite a file, and is another of its formats by name", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "chart.jpg");
    const { document } = await runJson("chart", "-o", path);
    expect(document).toMatchObject({ output: path, width: 2400, height: 2400, colours: 4096, places: 4 });
    const bytes = await readFile(path);
    expect((await sharp(bytes).metadata()).format).toBe("jpeg");
    const { exitCode, stderr } = await run("chart", "-o", path);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("expected a name that is free");
  });

  it("is the only source, and a photo that is none is refused", async () => {
    const folder = temporaryFolder();
    const photo = await writePhoto(join(folder, "photo.png"));
    const output = join(folder, "look.safetensors");
    for (const [args, beside] of [
      [["film.cube"], "film.cube"],
      [["--before", photo], "--before"],
      [["--after", photo], "--after"],
    ] as const) {
      const { exitCode, stderr } = await run("train", ...args, "--chart", photo, "-o", output);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`expected a chart alone, received ${beside} beside --chart`);
    }
    const both = await run("train", "--recipe", "looks.json", "--chart", photo, "-o", output);
    expect(both.stderr).toContain("expected a recipe alone, received --chart beside --recipe");
    const { exitCode, stderr } = await run("train", "--chart", photo, "-o", output);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "expected the picture that synthconv chart writes, after an edit of its colours",
    );
  });
});
