import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../../test-support/ffmpeg.js";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { needTool, sharedData } from "../../../../test-support/needs.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { encodePhoto } from "../../src/image/encode-photo.js";
import type { Photo } from "../../src/image/photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { mapColours } from "../../src/image/pixels.js";
import { differing, imageOf, noise, type Picture, samplesOf } from "./material.js";

const readPhoto = async (path: string): Promise<Photo> => decodePhoto(await openPhoto(path));

async function written(picture: Picture, name: string): Promise<string> {
  const path = join(temporaryFolder(), name);
  const image = imageOf(picture);
  if (name.endsWith(".tif")) await image.tiff({ compression: "none" }).toFile(path);
  else if (name.endsWith(".webp")) await image.webp({ lossless: true, exact: true }).toFile(path);
  else await image.png().toFile(path);
  return path;
}

const brighter = (colours: Float32Array): Float32Array => colours.map((value) => 0.9 * value + 0.1);

describe("decodePhoto and encodePhoto", () => {
  it.each([
    ["png", 3, 8],
    ["png", 4, 8],
    ["png", 3, 16],
    ["png", 4, 16],
    ["tif", 3, 8],
    ["tif", 4, 8],
    ["tif", 3, 16],
    ["tif", 4, 16],
    ["webp", 3, 8],
    ["webp", 4, 8],
  ] as const)(
    "give back every sample of a .%s with %i channels of %i bits",
    async (extension, channels, depth) => {
      const picture = noise(61, 47, channels, depth);
      const source = await written(picture, `in.${extension}`);
      const target = join(temporaryFolder(), `out.${extension}`);
      const photo = await readPhoto(source);
      expect(photo).toMatchObject({ width: 61, height: 47, channels, warnings: [] });
      expect(differing(photo.data, picture.data)).toBe(0);
      expect(await encodePhoto(photo, target)).toEqual([]);
      expect(differing((await samplesOf(target)).data, picture.data)).toBe(0);
      expect((await sharp(target).metadata()).depth).toBe(depth === 8 ? "uchar" : "ushort");
    },
  );

  it.each([
    [1, 1],
    [1, 300],
    [300, 1],
  ])("read and write a photo of %i x %i", async (width, height) => {
    const source = await written(noise(width, height, 4, 16), "in.png");
    const photo = await readPhoto(source);
    await mapColours(photo, (colours) => colours);
    const target = join(temporaryFolder(), "out.png");
    await encodePhoto(photo, target);
    expect(await samplesOf(target)).toEqual(await samplesOf(source));
  });

  it.each([10, 12] as const)("keep the %i bits of an AVIF, white and all", async (bitdepth) => {
    const folder = temporaryFolder();
    const picture = noise(64, 48, 3, 16);
    const white = 2 ** bitdepth - 1;
    picture.data.set([65535, 65535, 65535, 0, 0, 0]);
    const options = { lossless: true, bitdepth, chromaSubsampling: "4:4:4" } as const;
    await imageOf(picture).avif(options).toFile(join(folder, "in.avif"));
    const photo = await readPhoto(join(folder, "in.avif"));
    expect(photo.header.storedBits).toBe(bitdepth);
    expect([...photo.data.slice(0, 3)].every((code) => code > 65535 * (1 - 3 / white))).toBe(true);
    await encodePhoto(photo, join(folder, "out.avif"), { quality: 100 });
    const again = await readPhoto(join(folder, "out.avif"));
    expect(again.header.storedBits).toBe(bitdepth);
    let worst = 0;
    photo.data.forEach((code, i) => {
      worst = Math.max(worst, Math.abs(code - (again.data[i] as number)));
    });
    expect(worst).toBeLessThan(65535 * 0.02);
  });

  it("write 16 bits into JPEG and WebP as the nearest 8, and say so", async () => {
    const source = await written(
      { width: 2, height: 1, channels: 3, data: Uint16Array.of(0, 128, 129, 32767, 65406, 65407) },
      "in.png",
    );
    const target = join(temporaryFolder(), "out.webp");
    const photo = { ...(await readPhoto(source)) };
    const header = { ...photo.header, compression: { ...photo.header.compression, losslessWebp: true } };
    expect(await encodePhoto({ ...photo, header }, target)).toEqual([
      "WebP holds 8 bits per sample: 16 bits are rounded to them",
    ]);
    expect([...(await samplesOf(target)).data]).toEqual([0, 0, 1, 127, 254, 255]);
  });

  it("refuse to lose transparency silently, and lose none where everything is opaque", async () => {
    const folder = temporaryFolder();
    const source = await written(noise(8, 8, 4, 8), "in.png");
    const photo = await readPhoto(source);
    const target = join(folder, "out.jpg");
    await expect(encodePhoto(photo, target)).rejects.toThrow(
      `${target}: expected a format with transparency, because the photo has some, received JPEG. ` +
        "Write PNG, WebP, TIFF or AVIF, or drop the transparency with --drop-alpha.",
    );
    expect(await encodePhoto(photo, target, { dropAlpha: true })).toEqual([]);
    expect((await sharp(target).metadata()).channels).toBe(3);
    for (let alpha = 3; alpha < photo.data.length; alpha += 4) photo.data[alpha] = 255;
    expect(await encodePhoto(photo, target)).toEqual([]);
  });

  it("never touch alpha, and change nothing when the look changes nothing", async () => {
    for (const depth of [8, 16] as const) {
      const source = await written(noise(500, 300, 4, depth), "in.png");
      const photo = await readPhoto(source);
      const before = photo.data.slice();
      await mapColours(photo, (colours) => colours, { chunk: 1000 });
      expect(differing(photo.data, before)).toBe(0);
      await mapColours(photo, brighter, { chunk: 777 });
      let changed = 0;
      let alphaChanged = 0;
      before.forEach((code, i) => {
        if (code === photo.data[i]) return;
        if (i % 4 === 3) alphaChanged++;
        else changed++;
      });
      expect(alphaChanged).toBe(0);
      expect(changed).toBeGreaterThan(0.9 * 500 * 300 * 3);
    }
  });

  it("round to the nearest code and clip", async () => {
    const source = await written(
      { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 10, 20, 100, 200, 255) },
      "in.png",
    );
    const photo = await readPhoto(source);
    await mapColours(photo, () => Float32Array.of(-0.5, 10.4 / 255, 0.5 / 255 + 1e-6, 2, 1.001, 254.4 / 255));
    expect([...photo.data]).toEqual([0, 1, 255, 10, 255, 254]);
  });

  it("keep JPEG as fine as its source: quality, colour resolution, progression", async () => {
    const folder = temporaryFolder();
    const picture = noise(64, 64, 3, 8);
    for (const [chromaSubsampling, progressive, quality, expected] of [
      ["4:2:0", false, 98, 98],
      ["4:4:4", true, 60, 92],
    ] as const) {
      const [source, target] = [join(folder, "in.jpg"), join(folder, "out.jpg")];
      await imageOf(picture).jpeg({ chromaSubsampling, progressive, quality }).toFile(source);
      await encodePhoto(await readPhoto(source), target);
      expect((await openPhoto(target)).compression).toEqual({
        losslessWebp: false,
        jpegQuality: expected,
        chromaSubsampling,
        progressive,
      });
      await encodePhoto(await readPhoto(source), target, { quality: 40 });
      expect((await openPhoto(target)).compression.jpegQuality).toBe(40);
    }
  });

  it("change the format with the name, and keep it where the name has no extension", async () => {
    const folder = temporaryFolder();
    const photo = await readPhoto(await written(noise(8, 8, 3, 8), "in.png"));
    for (const [name, format] of [
      ["a.JPG", "jpeg"],
      ["b.tiff", "tiff"],
      ["c.webp", "webp"],
      ["d.avif", "avif"],
      ["e", "png"],
    ] as const) {
      await encodePhoto(photo, join(folder, name));
      expect((await openPhoto(join(folder, name))).format.name).toBe(format);
    }
    await expect(encodePhoto(photo, join(folder, "x.bmp"))).rejects.toThrow(
      `${join(folder, "x.bmp")}: expected a name that ends in .jpg, .png, .webp, .tif or .avif, received another extension`,
    );
    await expect(encodePhoto(photo, join(folder, "x.gif"))).rejects.toThrow(
      "received GIF, which holds 256 colours only",
    );
  });

  it("refuse a photo that is larger than its format, before any work", async () => {
    const photo = await readPhoto(await written(noise(16_400, 1, 3, 8), "in.png"));
    const target = join(temporaryFolder(), "out.webp");
    await expect(encodePhoto(photo, target)).rejects.toThrow(
      `${target}: expected at most 16383 pixels per side in a WebP, received 16400 x 1. Write JPEG, PNG, TIFF or AVIF.`,
    );
  });

  it("agree with ffmpeg on the samples of a 16-bit PNG", async (context) => {
    needTool(context, "ffmpeg");
    const picture = noise(40, 30, 3, 16);
    const photo = await readPhoto(await written(picture, "in.png"));
    const target = join(temporaryFolder(), "out.png");
    await encodePhoto(photo, target);
    const theirs = decodeImage(target);
    expect(differing(theirs, picture.data)).toBe(0);
  });
});

describe("a truncated photo", () => {
  it.each(["jpg", "png"])("(.%s) is refused, or read as far as it goes", async (extension) => {
    const folder = temporaryFolder();
    const whole = join(folder, `whole.${extension}`);
    const path = join(folder, `half.${extension}`);
    await imageOf(noise(200, 200, 3, 8)).toFile(whole);
    const bytes = readFileSync(whole);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    const header = await openPhoto(path);
    const error = await decodePhoto(header).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "FORMAT" });
    expect(String(error)).toMatch(
      /half\.\w+: expected a whole photo, received a truncated or damaged file \(.+\)\. Copy it again from its source, or decode what is there with --best-effort\.$/,
    );
    const photo = await decodePhoto(header, { bestEffort: true });
    expect(photo.warnings).toEqual([
      expect.stringMatching(/^it is damaged \(.+\): what could be read is there, the rest is blank$/),
    ]);
    const firstRow = 200 * 3;
    const reference = await readPhoto(whole);
    const rows = [photo, reference].map(({ data }) => data.subarray(0, firstRow)) as [Uint8Array, Uint8Array];
    expect(differing(...rows)).toBe(0);
    expect(differing(photo.data, reference.data)).toBeGreaterThan(0);
  });

  it("is refused even by best effort when nothing of it can be read", async () => {
    const folder = temporaryFolder();
    await imageOf(noise(200, 200, 3, 8))
      .avif()
      .toFile(join(folder, "whole.avif"));
    const bytes = readFileSync(join(folder, "whole.avif"));
    writeFileSync(join(folder, "half.avif"), bytes.subarray(0, bytes.length / 2));
    const header = await openPhoto(join(folder, "half.avif"));
    await expect(decodePhoto(header, { bestEffort: true })).rejects.toThrow(
      "Nothing of it can be read: copy it again from its source.",
    );
  });
});

describe("files of other programs", () => {
  it.for([
    ["16-bit-grey-alpha.png", 4, 16],
    ["bggn4a16.png", 4, 16],
    ["tbgn2c16.png", 4, 16],
    ["Flag_of_the_Netherlands-16bit.png", 3, 16],
    ["cielab-dagams.tiff", 3, 16],
    ["tifftag-photoshop.tiff", 3, 16],
    ["Channel_digital_image_CMYK_color.jpg", 3, 8],
  ] as const)("%s is read with %i channels of %i bits", async ([name, channels, depth], context) => {
    const photo = await readPhoto(sharedData(context, `photos/sharp-io-fixtures/${name}`));
    expect(photo.channels).toBe(channels);
    expect(photo.data).toHaveProperty("BYTES_PER_ELEMENT", depth / 8);
    expect(photo.data.length).toBe(photo.width * photo.height * channels);
  });
});
