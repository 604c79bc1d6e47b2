/** EXIF that would keep the image library busy for minutes is refused before the library sees it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { isExifBomb } from "../../src/image/facts/exif-bomb.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { imageOf, noise } from "./material.js";

/** Entries of a little-endian TIFF structure: tag, type, count, value. */
function exifOf(rows: readonly (readonly [number, number, number, number])[], behind = 0): Buffer {
  const bytes = Buffer.alloc(8 + 2 + 12 * rows.length + 4 + behind);
  bytes.write("II*\0\x08", "latin1");
  bytes.writeUInt16LE(rows.length, 8);
  rows.forEach(([tag, type, count, value], index) => {
    const at = 10 + 12 * index;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  return bytes;
}

const pointers = (count: number): Buffer =>
  exifOf(Array.from({ length: count }, (_, i) => [i % 2 === 0 ? 0x8769 : 0x8825, 4, 1, 8] as const));
/** The same in the folder of the thumbnail, behind an empty one. */
const behindTheFirst = Buffer.concat([
  Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 14, 0, 0, 0]),
  exifOf(Array.from({ length: 2000 }, (_, i) => [i % 2 === 0 ? 0x8769 : 0x8825, 4, 1, 14] as const)).subarray(
    8,
  ),
]);
const shared = exifOf(
  Array.from({ length: 100 }, (_, i) => [1000 + i, 7, 20_000, 20] as const),
  40_000,
);

/** The bytes of a photo, with this EXIF in the place of its own. */
async function photoWith(exif: Buffer, format: "jpeg" | "png" | "webp" | "avif"): Promise<Buffer> {
  const placeholder = "x".repeat(exif.length);
  const whole = await imageOf(noise(8, 8, 3, 8))
    .withExif({ IFD0: { ImageDescription: placeholder } })
    .toFormat(format)
    .toBuffer();
  const at = [Buffer.from("II*\0", "latin1"), Buffer.from("MM\0*", "latin1")]
    .map((order) => whole.indexOf(order))
    .find((position) => position >= 0);
  exif.copy(whole, at ?? 0);
  return whole;
}

describe("EXIF that is made to take long", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)("is refused in a %s, at once", async (format) => {
    for (const exif of [pointers(2000), behindTheFirst, shared]) {
      const path = join(temporaryFolder(), "photo");
      writeFileSync(path, await photoWith(exif, format));
      await expect(openPhoto(path)).rejects.toThrow(
        "expected EXIF that is read in one go, received folders that point to each other, or entries that share their bytes. " +
          "It is made to take long. Remove it, with exiftool -all= for one.",
      );
    }
  });

  it("is told by its pointers, in circles of any length, and by its bytes", () => {
    expect(isExifBomb(pointers(2))).toBe(true); // to itself
    expect(isExifBomb(shared)).toBe(true);
    expect(isExifBomb(Buffer.concat([Buffer.from("Exif\0\0", "latin1"), shared]))).toBe(true);
  });

  it("is no usual one, and nothing that is cut short", async () => {
    const usual = exifOf(
      [
        [0x010f, 2, 20, 40],
        [0x8769, 4, 1, 60],
        [0x8825, 4, 1, 60],
      ],
      60,
    );
    expect(isExifBomb(usual)).toBe(false);
    expect(isExifBomb(pointers(1))).toBe(false); // a circle without branches
    for (let length = 0; length < usual.length; length++)
      expect(isExifBomb(usual.subarray(0, length))).toBe(false);
    for (const format of ["jpeg", "png", "webp", "avif"] as const) {
      const path = join(temporaryFolder(), "photo");
      writeFileSync(
        path,
        await imageOf(noise(8, 8, 3, 8))
          .withExif({ IFD0: { Artist: "A" } })
          .toFormat(format)
          .toBuffer(),
      );
      expect((await openPhoto(path)).width).toBe(8);
    }
  });
});
