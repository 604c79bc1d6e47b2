/** What the command line must show on real photos and LUTs; the data lie beside some checkouts only. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { needTool, sharedData } from "../../../../test-support/needs.js";
import { outputOf } from "../../../../test-support/programs.js";
import { runJson } from "./support.js";

describe("the command line on real data", () => {
  it("learns NILUT's LUT01 better than NILUT, over all 128^3 colours", {
    timeout: 300_000,
  }, async (context) => {
    const folder = temporaryFolder();
    const luts = sharedData(context, "luts/nilut");
    const look = join(folder, "l.safetensors");
    const applied = join(folder, "applied.png");
    // A quarter of the default's steps: 47.1 dB, 0.72.
    await runJson("train", join(luts, "LUT01.cube"), "-o", look, "--channels", "64", "--steps", "4000");
    await runJson("apply", look, join(luts, "Original_Image.png"), "-o", applied);
    const { document } = await runJson("compare", applied, join(luts, "LUT01_ContrastLUT.png"));
    // NILUT (Conde et al. 2023), 33,923 weights against our 451: 45.98 dB, 0.893.
    expect(document.psnr).toBeGreaterThanOrEqual(46);
    expect(document.deltaE76.mean).toBeLessThanOrEqual(0.85);
  });

  // Of the 16,000 steps of the defaults the pairs get 2,500, which reach 43.2, 45.9 and 46.7 dB (6,000: 44.6, 46.3, 47.5).
  const SHORT = ["--steps", "2500"];

  it.for([
    ["portra", "negative_new__kodak_portra_160_++.png", 40],
    ["kodachrome", "colorslide__generic_kodachrome_64.png", 43],
    ["golden", "various__golden_bright.png", 44.5],
  ] as const)(
    "learns %s from one pair and applies it to a photo that it never saw",
    { timeout: 300_000 },
    async ([name, hald, psnr], context) => {
      needTool(context, "ffmpeg");
      const folder = temporaryFolder();
      const look = join(folder, "l.safetensors");
      const photos = sharedData(context, "photos/kodak");
      const before = join(photos, "kodim23.png");
      const after = sharedData(context, `pairs/kodak-film/after-${name}/kodim23.jpg`);
      await runJson("train", "--before", before, "--after", after, "-o", look, ...SHORT);
      const unseen = join(photos, "kodim05.png");
      const applied = join(folder, "applied.png");
      await runJson("apply", look, unseen, "-o", applied);
      const truth = join(folder, "truth.png");
      const filter = "[0:v]format=rgb48le[a];[1:v]format=rgb48le[b];[a][b]haldclut";
      const lut = sharedData(context, `luts/natron-clut/${hald}`);
      const inputs = ["-loglevel", "error", "-i", unseen, "-i", lut];
      outputOf("ffmpeg", [...inputs, "-filter_complex", filter, truth]);
      expect((await runJson("compare", applied, truth)).document.psnr).toBeGreaterThanOrEqual(psnr);
    },
  );
});
