/** What the command line must show on real photos and LUTs; the data lie beside some checkouts only. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newFolder, runJson } from "./support.js";
import { hasSharedData, hasTool, sharedData } from "./tools.js";

describe.skipIf(!hasSharedData())("the command line on real data", () => {
  it("learns NILUT's LUT01 better than NILUT, over all 128^3 colours", async () => {
    const folder = await newFolder();
    const luts = join(sharedData, "luts", "nilut");
    const look = join(folder, "l.safetensors");
    const applied = join(folder, "applied.png");
    await runJson("train", join(luts, "LUT01.cube"), "-o", look, "--channels", "64");
    await runJson("apply", look, join(luts, "Original_Image.png"), "-o", applied);
    const { document } = await runJson("compare", applied, join(luts, "LUT01_ContrastLUT.png"));
    // NILUT (Conde et al. 2023), 33,923 weights against our 451: 45.98 dB, 0.893.
    expect(document.psnr).toBeGreaterThanOrEqual(46);
    expect(document.deltaE76.mean).toBeLessThanOrEqual(0.85);
  });

  it.skipIf(!hasTool("ffmpeg")).each([
    ["portra", "negative_new__kodak_portra_160_++.png", 40],
    ["kodachrome", "colorslide__generic_kodachrome_64.png", 43],
    ["golden", "various__golden_bright.png", 44.5],
  ])("learns %s from one pair and applies it to a photo that it never saw", async (name, hald, psnr) => {
    const folder = await newFolder();
    const look = join(folder, "l.safetensors");
    const photos = join(sharedData, "photos", "kodak");
    const before = join(photos, "kodim23.png");
    const after = join(sharedData, "pairs", "kodak-film", `after-${name}`, "kodim23.jpg");
    await runJson("train", "--before", before, "--after", after, "-o", look);
    const unseen = join(photos, "kodim05.png");
    const applied = join(folder, "applied.png");
    await runJson("apply", look, unseen, "-o", applied);
    const truth = join(folder, "truth.png");
    const filter = "[0:v]format=rgb48le[a];[1:v]format=rgb48le[b];[a][b]haldclut";
    const lut = join(sharedData, "luts", "natron-clut", hald);
    const inputs = ["-loglevel", "error", "-i", unseen, "-i", lut];
    const { status, stderr } = spawnSync("ffmpeg", [...inputs, "-filter_complex", filter, truth], {
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    expect((await runJson("compare", applied, truth)).document.psnr).toBeGreaterThanOrEqual(psnr);
  });
});
