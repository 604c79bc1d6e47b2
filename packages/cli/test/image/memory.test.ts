import { spawnSync } from "node:child_process";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";

const dist = new URL("../../dist/image/", import.meta.url).href;

/** Reads, changes and writes one photo, and prints its peak memory in MB. */
const script = `
  import { openPhoto } from "${dist}photo-header.js";
  import { decodePhoto } from "${dist}decode-photo.js";
  import { encodePhoto } from "${dist}encode-photo.js";
  import { mapColours } from "${dist}pixels.js";
  const photo = await decodePhoto(await openPhoto(process.argv[1]));
  await mapColours(photo, (colours) => {
    for (let i = 0; i < colours.length; i++) colours[i] *= 0.9;
    return colours;
  });
  await encodePhoto(photo, process.argv[2]);
  console.log(process.resourceUsage().maxRSS / 1024);`;

describe("a JPEG of 24 megapixels", () => {
  it("is read, changed and written in less than 450 MB, turned or not", async () => {
    const folder = temporaryFolder();
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const small = await sharp({
      create: { width: 1500, height: 1000, channels: 3, background: "grey", noise },
    })
      .png()
      .toBuffer();
    for (const orientation of [1, 6]) {
      const source = join(folder, "in.jpg");
      await sharp(small)
        .resize(6000, 4000)
        .withMetadata({ orientation })
        .jpeg({ quality: 90 })
        .toFile(source);
      const args = ["--input-type=module", "-e", script, source, join(folder, "out.jpg")];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      expect(stderr).toBe("");
      expect(Number(stdout)).toBeGreaterThan(100);
      expect(Number(stdout)).toBeLessThan(450);
    }
  });
});
