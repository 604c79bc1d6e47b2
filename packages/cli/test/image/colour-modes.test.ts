import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { converter } from "culori";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { sharedData } from "../../../../test-support/needs.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { encodePhoto } from "../../src/image/encode-photo.js";
import type { Photo } from "../../src/image/photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { mapColours, readColours, writeColours } from "../../src/image/pixels.js";
import {
  adobeRgb,
  curve,
  differing,
  displayP3,
  iccProfile,
  imageOf,
  noise,
  type Picture,
  pngWithProfile,
  proPhoto,
  segment,
  tiff,
  xyz,
} from "./material.js";

async function read(bytes: Buffer, name = "in.png"): Promise<Photo> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return decodePhoto(await openPhoto(path));
}

const profiles = [
  ["Display P3", displayP3],
  ["Adobe RGB", async () => adobeRgb()],
  ["ProPhoto", async () => proPhoto()],
] as const;

describe("grey photos", () => {
  it.each([8, 16] as const)("of %i bits become RGB with the same values, alpha untouched", async (depth) => {
    for (const channels of [1, 2] as const) {
      const grey = noise(64, 64, channels, depth);
      const image = imageOf(grey).toColourspace(depth === 8 ? "b-w" : "grey16");
      const photo = await read(await image.png().toBuffer());
      expect(photo.channels).toBe(channels === 1 ? 3 : 4);
      expect(photo.header.mode).toBe("grey");
      const expected: number[] = [];
      for (let i = 0; i < grey.data.length; i += channels) {
        const level = grey.data[i] as number;
        expected.push(level, level, level, ...grey.data.subarray(i + 1, i + channels));
      }
      expect(differing(photo.data, expected)).toBe(0);
      expect(photo.warnings).toEqual(["it is grey and becomes RGB"]);
    }
  });

  it("are brought to sRGB from the curve of their profile", async () => {
    const icc = iccProfile("GRAY", { wtpt: xyz(0.9642, 1, 0.8249), kTRC: curve(1) });
    const levels: Picture = { width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 55, 255) };
    const plain = await imageOf(levels).toColourspace("b-w").png().toBuffer();
    const photo = await read(withIcc(plain, await pngWithProfile(noise(1, 1, 3, 8), icc)));
    // Light of 55/255 = 0.2157 is the sRGB code 128.1 (IEC 61966-2-1).
    expect([...photo.data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255]);
    expect(photo.transform).toBeUndefined();
    const target = join(temporaryFolder(), "out.png");
    await encodePhoto(photo, target);
    expect((await openPhoto(target)).metadata.icc).toEqual(photo.icc);
    expect((await decodePhoto(await openPhoto(target))).transform).toBeUndefined();
  });
});

/** The profile chunk of one PNG put into another. */
function withIcc(png: Buffer, tagged: Buffer): Buffer {
  const start = tagged.indexOf("iCCP") - 4;
  const chunk = tagged.subarray(start, start + 12 + tagged.readUInt32BE(start));
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

describe("palettes", () => {
  it("become RGB with their alpha", async () => {
    const picture = noise(16, 16, 4, 8);
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = (picture.data[i] as number) & 0xc0;
    const png = await imageOf(picture).png({ palette: true, colours: 256, dither: 0 }).toBuffer();
    const photo = await read(png);
    expect(photo.header.mode).toBe("palette");
    expect(photo.channels).toBe(4);
    const theirs = await sharp(png).ensureAlpha().raw().toBuffer();
    expect(differing(photo.data, theirs)).toBe(0);
  });
});

describe("primaries in a TIFF", () => {
  const warningsFor = async (values: readonly number[], tag = 319): Promise<readonly string[]> => {
    const path = join(temporaryFolder(), "a.tif");
    const rationals = Buffer.from(
      Uint32Array.from(values.flatMap((value) => [Math.round(value * 1e6), 1e6])).buffer,
    );
    const strip = Buffer.alloc(48);
    writeFileSync(
      path,
      tiff({ width: 4, height: 4, bits: 8, samples: 3, photometric: 2, strip, tags: [[tag, 5, rationals]] }),
    );
    return (await openPhoto(path)).warnings;
  };

  it("are warned about, but for those of sRGB, which ImageMagick writes into every file", async () => {
    const warning = "its TIFF tags of primaries and transfer are not read: they are taken as sRGB";
    expect(await warningsFor([0.64, 0.33, 0.3, 0.6, 0.15, 0.06])).toEqual([]);
    expect(await warningsFor([0.68, 0.32, 0.265, 0.69, 0.15, 0.06])).toEqual([warning]);
    expect(await warningsFor([0.64, 0.33])).toEqual([warning]);
    expect(await warningsFor([0.1], 301)).toEqual([warning]);
  });
});

describe("CMYK and Lab", () => {
  it("photos in CMYK are converted through their profile, and the result says sRGB", async (context) => {
    const path = sharedData(context, "photos/sharp-io-fixtures/Channel_digital_image_CMYK_color.jpg");
    const photo = await decodePhoto(await openPhoto(path));
    const theirs = await sharp(path).toColourspace("srgb").raw().toBuffer();
    expect(differing(photo.data, theirs)).toBe(0);
    const target = join(temporaryFolder(), "out.jpg");
    await encodePhoto(photo, target);
    const after = await openPhoto(target);
    expect(after).toMatchObject({ mode: "rgb", alphaAt: undefined });
    expect(after.metadata.icc).toEqual(photo.icc);
  });

  it("photos in Lab have the colours that culori measures as that Lab", async () => {
    const colours = [
      [100, 0, 0],
      [20, 0, 0],
      [60, 30, -20],
      [40, 10, 25],
      [80, -20, 10],
    ] as const;
    // L* over 0..65535, a* and b* signed in 256ths (TIFF 6.0, section 23, at 16 bits).
    const strip = Buffer.alloc(colours.length * 6);
    colours.forEach(([l, a, b], i) => {
      strip.writeUInt16LE(Math.round(l * 655.35), 6 * i);
      strip.writeInt16LE(a * 256, 6 * i + 2);
      strip.writeInt16LE(b * 256, 6 * i + 4);
    });
    const page = { width: colours.length, height: 1, bits: 16, samples: 3, photometric: 8, strip };
    const photo = await read(tiff(page), "in.tif");
    expect(photo.header).toMatchObject({ mode: "lab", depth: 16 });
    expect(photo.data).toBeInstanceOf(Uint16Array);
    const toLab = converter("lab65");
    colours.forEach((expected, i) => {
      const [r, g, b] = [...photo.data.subarray(3 * i, 3 * i + 3)].map((code) => code / 65_535) as [
        number,
        number,
        number,
      ];
      const lab = toLab({ mode: "rgb", r, g, b });
      [lab.l, lab.a, lab.b].forEach((value, k) => {
        expect(Math.abs(value - (expected[k] as number))).toBeLessThan(0.5);
      });
    });
  });
});

describe("RGB with its own profile", () => {
  it.each(profiles)("keeps it, and the file's colours, through a look in sRGB (%s)", async (_name, icc) => {
    const profile = await icc();
    for (const depth of [8, 16] as const) {
      const picture = noise(64, 64, 4, depth);
      const photo = await read(await pngWithProfile(picture, profile));
      expect(differing(photo.data, picture.data)).toBe(0);
      expect(photo.transform).toBeDefined();
      const target = join(temporaryFolder(), "out.png");
      await encodePhoto(photo, target);
      expect((await openPhoto(target)).metadata.icc).toEqual(profile);
      if (depth === 16) continue;
      await mapColours(photo, (colours) => colours);
      expect(differing(photo.data, picture.data)).toBe(0);
    }
  });

  it("gets the look on its sRGB values: a Display P3 photo and its sRGB twin end alike", async () => {
    const twin = noise(32, 32, 3, 16);
    const profile = await displayP3();
    for (let i = 0; i < twin.data.length; i++) twin.data[i] = 20_000 + ((twin.data[i] as number) >> 2);
    const srgb = await read(await imageOf(twin).png().toBuffer());
    const asP3 = await read(await pngWithProfile(twin, profile));
    // The P3 file with the same colours: sRGB values written through the transform.
    const colours = new Float32Array(3 * 32 * 32);
    readColours(srgb, 0, colours);
    writeColours(asP3, 0, colours);
    const look = (values: Float32Array): Float32Array => values.map((value) => value ** 1.3);
    await mapColours(srgb, look);
    await mapColours(asP3, look);
    const [one, other] = [new Float32Array(3 * 32 * 32), new Float32Array(3 * 32 * 32)];
    readColours(srgb, 0, one);
    readColours(asP3, 0, other);
    one.forEach((value, i) => {
      expect(Math.abs(value - (other[i] as number))).toBeLessThan(1e-4);
    });
  });

  it.each([
    [8, "Adobe RGB (1998)"],
    [16, "ProPhoto RGB"],
  ] as const)(
    "of %d bits is written in %s where the profile's tables do not lead back",
    async (depth, space) => {
      const picture = noise(32, 32, 3, depth);
      const png = await pngWithProfile(picture, swappingProfile());
      const photo = await read(png);
      expect(photo.warnings).toEqual([
        `its colour profile does not lead back to its RGB: it is written in ${space}`,
      ]);
      await mapColours(photo, (colours) => colours);
      const target = join(temporaryFolder(), "out.png");
      await encodePhoto(photo, target);
      // The image library converts both to sRGB, through Little CMS.
      const [mine, theirs] = [await sharp(target).raw().toBuffer(), await sharp(png).raw().toBuffer()];
      let gap = 0;
      for (let i = 0; i < theirs.length; i++) {
        // Of what sRGB does not hold, each goes another way to its edge; dark codes are coarser in other spaces.
        const isInside = [0, 1, 2].every((channel) => {
          const code = theirs[i - (i % 3) + channel] as number;
          return code > 20 && code < 255;
        });
        if (isInside) gap = Math.max(gap, Math.abs((mine[i] as number) - (theirs[i] as number)));
      }
      expect(gap).toBeLessThanOrEqual(3);
      expect(differing(mine, picture.data)).toBeGreaterThan(1000);
    },
  );

  it("loses a profile that cannot be read, with a warning", async () => {
    const broken = adobeRgb();
    broken.write("none", 36, "latin1");
    const jpeg = await imageOf(noise(8, 8, 3, 8))
      .jpeg()
      .toBuffer();
    const tag = segment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), broken]));
    const photo = await read(Buffer.concat([jpeg.subarray(0, 2), tag, jpeg.subarray(2)]), "in.jpg");
    expect(photo.header.metadata.icc).toEqual(broken);
    expect(photo.warnings).toEqual([
      "its colour profile cannot be read and is dropped; its colours are taken as sRGB",
    ]);
    expect(photo).toMatchObject({ icc: undefined, transform: undefined });
  });
});

/** RGB to Lab by an 8-bit table with 2 x 2 x 2 corners: L* from green, a* from red, b* from blue. */
function swappingProfile(): Buffer {
  const table = Buffer.alloc(48 + 3 * 256 + 24 + 3 * 256);
  table.write("mft1", "latin1");
  table.set([3, 3, 2], 8);
  [0, 4, 8].forEach((diagonal) => {
    table.writeInt32BE(65536, 12 + 4 * diagonal);
  });
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < 256; i++) {
      table[48 + 256 * channel + i] = i;
      table[48 + 768 + 24 + 256 * channel + i] = i;
    }
  }
  let corner = 48 + 768;
  for (const red of [0, 1]) {
    for (const green of [0, 1]) {
      for (const blue of [0, 1]) {
        table.set([50 + 180 * green, 100 + 50 * red, 100 + 50 * blue], corner);
        corner += 3;
      }
    }
  }
  return iccProfile("RGB ", { wtpt: xyz(0.9642, 1, 0.8249), A2B0: table }, "Lab ");
}
