import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { MAX_PIXELS, photoFormatOf } from "../../src/files/photo-formats.js";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A file whose header says a gigapixel. */
async function huge(format: "jpeg" | "png" | "webp"): Promise<Uint8Array> {
  const file = await sharp({ create: { width: 8, height: 8, channels: 4, background: "#0000" } })
    .toFormat(format)
    .toBuffer();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (format === "png") {
    view.setUint32(16, 40_000);
    view.setUint32(20, 25_000);
  } else if (format === "webp") {
    return Uint8Array.from([
      ...file.subarray(0, 12),
      ...bytes("VP8X\x0a\0\0\0\0\0\0\0"),
      0x3f,
      0x9c,
      0,
      0xa7,
      0x61,
      0,
    ]);
  } else {
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
    view.setUint16(frame + 5, 25_000);
    view.setUint16(frame + 7, 40_000);
  }
  return file;
}

describe("a file is known by its beginning", () => {
  it.each(["jpeg", "png", "webp", "avif", "gif"] as const)("%s", async (format) => {
    const file = await sharp({ create: { width: 30, height: 20, channels: 3, background: "#888" } })
      .toFormat(format)
      .toBuffer();
    const found = photoFormatOf(file, "photo");
    expect(found.title.toLowerCase()).toBe(format);
    if (format === "jpeg" || format === "png" || format === "avif")
      expect(found.size?.(file)).toEqual([30, 20]);
  });

  it.each([
    ["a text", "hello", "a file of another kind"],
    ["nothing", "", "an empty file"],
    ["a raw file", "II*\0\x08\0\0\0", "a TIFF or a raw file of a camera"],
    ["a photo of a phone", "\0\0\0\x18ftypheic\0\0\0\0", "a HEIC"],
    ["a Photoshop document", "8BPS\0\x01", "a Photoshop document"],
    ["a zip", "PK\x03\x04", "a zip"],
  ])("%s is no photo, and it is said what to do", (_, text, received) => {
    expect(() => photoFormatOf(bytes(text), "x.dng")).toThrow(
      `x.dng: expected a photo: JPEG, PNG, WebP, AVIF, GIF or BMP, received ${received}. Export it as a JPEG or a PNG, in full size.`,
    );
  });

  it.each(["jpeg", "png", "webp"] as const)(
    "a %s of a gigapixel is refused before it is decoded",
    async (format) => {
      const file = await huge(format);
      expect(() => photoFormatOf(file, "wall.x")).toThrow(
        "wall.x: expected at most 268 megapixels, which a browser can hold, received 40000 x 25000, 1000 megapixels. Make it smaller",
      );
      expect(MAX_PIXELS).toBeLessThan(1e9);
    },
  );
});
