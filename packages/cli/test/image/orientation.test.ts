import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { sharedData } from "../../../../test-support/needs.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { encodePhoto } from "../../src/image/encode-photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { differing, imageOf, noise, type Picture } from "./material.js";

const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;
type Orientation = (typeof orientations)[number];

const WIDTH = 7;
const HEIGHT = 5;
const stored = noise(WIDTH, HEIGHT, 3, 8);

/**
 * Where the stored pixel (x, y) belongs when the photo is looked at: the definitions of TIFF 6.0, tag 274 ("the
 * 0th row is the visual top, the 0th column the visual left-hand side" and so on).
 */
type Place = (x: number, y: number) => readonly [x: number, y: number];
const PLACES: Readonly<Record<Orientation, Place>> = {
  1: (x, y) => [x, y],
  2: (x, y) => [WIDTH - 1 - x, y],
  3: (x, y) => [WIDTH - 1 - x, HEIGHT - 1 - y],
  4: (x, y) => [x, HEIGHT - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [HEIGHT - 1 - y, x],
  7: (x, y) => [HEIGHT - 1 - y, WIDTH - 1 - x],
  8: (x, y) => [y, WIDTH - 1 - x],
};

function upright(orientation: Orientation): Picture {
  const turned = orientation >= 5;
  const [width, height] = turned ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  const data = new Uint8Array(stored.data.length);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [toX, toY] = PLACES[orientation](x, y);
      const from = 3 * (y * WIDTH + x);
      data.set(stored.data.subarray(from, from + 3), 3 * (toY * width + toX));
    }
  }
  return { width, height, channels: 3, data };
}

const formats = ["png", "tiff", "webp"] as const;

describe("orientation", () => {
  it.each(orientations.flatMap((orientation) => formats.map((format) => [orientation, format] as const)))(
    "%i of a %s is applied once, to the pixels, and written as 1",
    async (orientation, format) => {
      const folder = temporaryFolder();
      const lossless = { png: {}, tiff: { compression: "lzw" }, webp: { lossless: true } }[format];
      const source = join(folder, `in.${format}`);
      await imageOf(stored).withMetadata({ orientation }).toFormat(format, lossless).toFile(source);
      const expected = upright(orientation);
      const header = await openPhoto(source);
      expect(header).toMatchObject({ orientation, width: expected.width, height: expected.height });
      const photo = await decodePhoto(header);
      expect(photo).toMatchObject({ width: expected.width, height: expected.height });
      expect(differing(photo.data, expected.data)).toBe(0);

      for (const target of [join(folder, `out.${format}`), join(folder, "out.png")]) {
        await encodePhoto(photo, target);
        expect((await sharp(target).metadata()).orientation ?? 1).toBe(1);
        // As a viewer shows it that obeys the tag, and as one does that ignores it.
        for (const autoOrient of [true, false]) {
          const shown = await sharp(target, { autoOrient }).raw().toBuffer();
          expect(differing(shown, expected.data)).toBe(0);
        }
      }
    },
  );

  it.each(["jpg", "avif"])("of real photos is right once in a .%s", async (extension) => {
    // A red top left, a green bottom right: compression cannot confuse them.
    const folder = temporaryFolder();
    const data = new Uint8Array(32 * 16 * 3);
    data.fill(0);
    for (let y = 0; y < 8; y++) for (let x = 0; x < 16; x++) data[3 * (y * 32 + x)] = 255;
    for (const orientation of orientations) {
      const source = join(folder, "in.jpg");
      await imageOf({ width: 32, height: 16, channels: 3, data })
        .withMetadata({ orientation })
        .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
        .toFile(source);
      const shown = await sharp(source, { autoOrient: true }).raw().toBuffer({ resolveWithObject: true });
      const target = join(folder, `out.${extension}`);
      await encodePhoto(await decodePhoto(await openPhoto(source)), target, { quality: 100 });
      for (const autoOrient of [true, false]) {
        const result = await sharp(target, { autoOrient }).raw().toBuffer({ resolveWithObject: true });
        expect([result.info.width, result.info.height]).toEqual([shown.info.width, shown.info.height]);
        let worst = 0;
        for (let i = 0; i < result.data.length; i++) {
          worst = Math.max(worst, Math.abs((result.data[i] as number) - (shown.data[i] as number)));
        }
        expect(worst).toBeLessThan(60);
      }
    }
  });

  it.for([
    ["Landscape_6.jpg", 600, 450],
    ["Portrait_8.jpg", 450, 600],
  ] as const)("of the camera file %s is found", async ([name, width, height], context) => {
    const header = await openPhoto(sharedData(context, `photos/sharp-io-fixtures/${name}`));
    expect(header).toMatchObject({ width, height });
    const target = join(temporaryFolder(), "out.jpg");
    await encodePhoto(await decodePhoto(header), target);
    expect(await openPhoto(target)).toMatchObject({ width, height, orientation: 1 });
  });

  it("inside XMP is set right as well", async () => {
    const folder = temporaryFolder();
    const xmp = (value: number): string =>
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="${value}"/></rdf:RDF></x:xmpmeta>`;
    const source = join(folder, "in.jpg");
    writeFileSync(
      source,
      await imageOf(stored).withMetadata({ orientation: 6 }).withXmp(xmp(6)).jpeg().toBuffer(),
    );
    const target = join(folder, "out.jpg");
    await encodePhoto(await decodePhoto(await openPhoto(source)), target);
    expect((await sharp(target).metadata()).xmpAsString).toBe(xmp(1));
  });
});
