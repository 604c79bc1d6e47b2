import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { sharedData } from "../../../../test-support/needs.js";
import { openPhoto, type PhotoHeader } from "../../src/image/photo-header.js";
import { imageOf, noise, tiff } from "./material.js";

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("expected an error");
  expect(error.message).not.toContain("\n");
  return error.message;
}

/** A PNG of that size whose pixels are missing. */
function pngHeader(width: number, height: number): Buffer {
  const body = Buffer.alloc(17);
  body.write("IHDR", "latin1");
  body.writeUInt32BE(width, 4);
  body.writeUInt32BE(height, 8);
  body.set([8, 2, 0, 0, 0], 12);
  const chunk = Buffer.alloc(25);
  chunk.writeUInt32BE(13, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 21);
  const data = Buffer.from("\0\0\0\x04IDAT\x78\x9c\x01\x00\0\0\0\0", "latin1");
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk, data]);
}

describe("openPhoto", () => {
  it("tells format, size, depth and alpha of what each format holds", async () => {
    const folder = temporaryFolder();
    const files: readonly [
      string,
      Promise<Buffer>,
      Partial<Omit<PhotoHeader, "format">> & { format?: string },
    ][] = [
      [
        "a.jpg",
        imageOf(noise(7, 5, 3, 8))
          .jpeg()
          .toBuffer(),
        { format: "jpeg", depth: 8, alphaAt: undefined, mode: "rgb" },
      ],
      [
        "b.png",
        imageOf(noise(7, 5, 4, 16))
          .png()
          .toBuffer(),
        { format: "png", depth: 16, alphaAt: 0, mode: "rgb" },
      ],
      [
        "c.webp",
        imageOf(noise(7, 5, 4, 8))
          .webp()
          .toBuffer(),
        { format: "webp", depth: 8, alphaAt: 0 },
      ],
      [
        "d.tif",
        imageOf(noise(7, 5, 3, 16))
          .tiff({ compression: "lzw" })
          .toBuffer(),
        { format: "tiff", depth: 16 },
      ],
      [
        "e.avif",
        imageOf(noise(7, 5, 3, 16))
          .avif({ bitdepth: 10 })
          .toBuffer(),
        { format: "avif", depth: 16, storedBits: 10 },
      ],
      [
        "f.gif",
        imageOf(noise(7, 5, 3, 8))
          .gif()
          .toBuffer(),
        { format: "gif", depth: 8 },
      ],
      [
        "g.png",
        imageOf(noise(7, 5, 2, 8))
          .toColourspace("b-w")
          .png()
          .toBuffer(),
        { mode: "grey", alphaAt: 0 },
      ],
      [
        "h.png",
        imageOf(noise(7, 5, 3, 8))
          .png({ palette: true })
          .toBuffer(),
        { mode: "palette" },
      ],
    ];
    for (const [name, bytes, facts] of files) {
      writeFileSync(join(folder, name), await bytes);
      const header = await openPhoto(join(folder, name));
      expect({ ...header, format: header.format.name }).toMatchObject({ width: 7, height: 5, ...facts });
    }
  });

  it("goes by the content of a file and not by its name", async () => {
    const path = join(temporaryFolder(), "photo.jpg");
    writeFileSync(
      path,
      await imageOf(noise(3, 2, 3, 8))
        .png()
        .toBuffer(),
    );
    expect(await openPhoto(path)).toMatchObject({ format: { name: "png" }, width: 3, height: 2 });
  });

  it.each([
    ["an empty file", "", "an empty file"],
    ["text", "not a photo at all, whatever its name says", "something else"],
    [
      "SVG",
      '<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
      "an SVG drawing. Export it as a PNG first.",
    ],
    [
      "comments without end, which an expression would try in every way",
      "<!---->".repeat(73),
      "something else",
    ],
    ["a comment that stays open", `<!--${"-- >".repeat(120)}`, "something else"],
    ["a web page", "\n<!DOCTYPE html><html>", "a web page. Its download went wrong: load the photo again."],
    ["PDF", "%PDF-1.7\n", "a PDF document. Export its page as a PNG first."],
    [
      "HEIC",
      "\0\0\0\x18ftypheic\0\0\0\0mif1heic",
      "a HEIC image. Convert it to a JPEG, PNG, TIFF or AVIF first.",
    ],
    ["CR2", "II*\0\x10\0\0\0CR\x02\0", "a camera raw file. Develop it to a TIFF or JPEG first."],
    ["CR3", "\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "a camera raw file. Develop it to a TIFF or JPEG first."],
    [
      "a film",
      "\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
      "a film or another ISO media file. Save a frame of it as a photo.",
    ],
  ])("refuses %s and says what it is", async (_name, content, received) => {
    const path = join(temporaryFolder(), "photo.jpg");
    writeFileSync(path, Buffer.from(content, "latin1"));
    expect(await messageOf(openPhoto(path))).toBe(
      `${path}: expected a photo (JPEG, PNG, WebP, TIFF, AVIF or GIF), received ${received}`,
    );
  });

  it("refuses what is no file", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "photo.jpg"));
    expect(await messageOf(openPhoto(join(folder, "photo.jpg")))).toContain("received a folder");
    expect(await messageOf(openPhoto(join(folder, "missing.jpg")))).toBe(
      `${join(folder, "missing.jpg")}: expected a readable photo, received nothing of that name (ENOENT). Check the spelling of the path.`,
    );
    if (process.platform !== "linux") return;
    execFileSync("mkfifo", [join(folder, "pipe.jpg")]);
    expect(await messageOf(openPhoto(join(folder, "pipe.jpg")))).toContain("received a device or pipe");
  });

  it("refuses a damaged header", async () => {
    const path = join(temporaryFolder(), "photo.jpg");
    writeFileSync(path, Buffer.from("\xff\xd8\xff\xe0 and then nothing of use", "latin1"));
    expect(await messageOf(openPhoto(path))).toContain("received a damaged or unsupported file (");
  });

  it("refuses a bomb of 100,000 by 100,000 from its header, without the memory for it", async () => {
    const path = join(temporaryFolder(), "bomb.png");
    writeFileSync(path, pngHeader(100_000, 100_000));
    await messageOf(openPhoto(path)); // loads and warms what every photo needs
    const before = process.memoryUsage().rss;
    expect(await messageOf(openPhoto(path))).toBe(
      `${path}: expected at most 268,402,689 pixels, received 100000 x 100000 = 10,000,000,000. ` +
        "Cut it into parts, apply the look to each, and put them together again: a look changes every pixel by itself.",
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });

  it("refuses rows and columns of more than a million pixels, whose memory and time the image library takes by rows", async () => {
    const path = join(temporaryFolder(), "line.png");
    for (const [width, height] of [
      [1_000_001, 1],
      [1, 100_000_000],
    ] as const) {
      writeFileSync(path, pngHeader(width, height));
      expect(await messageOf(openPhoto(path))).toContain(
        `${path}: expected at most 1,000,000 pixels per side, received ${width} x ${height}. Cut it into parts`,
      );
    }
  });

  it("refuses a JPEG of endless scans, and no ordinary progressive one", async () => {
    const path = join(temporaryFolder(), "scans.jpg");
    const whole = await imageOf(noise(640, 480, 3, 8))
      .jpeg({ progressive: true })
      .toBuffer();
    writeFileSync(path, whole);
    expect((await openPhoto(path)).width).toBe(640);
    // Scans without data in the place of the last.
    const last = whole.lastIndexOf(Buffer.from([0xff, 0xda]));
    const count = Math.ceil((12 * 16_383 ** 2) / (640 * 480));
    const short = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    const rest = Array.from({ length: count }, () => short);
    writeFileSync(path, Buffer.concat([whole.subarray(0, last), ...rest, whole.subarray(whole.length - 2)]));
    expect(await messageOf(openPhoto(path))).toMatch(
      /expected a JPEG of at most 10,484 scans, received 10,\d{3}\. It is made to take long: real ones have about ten\.$/,
    );
  });

  it("has a limit that can be raised and lowered", async () => {
    const path = join(temporaryFolder(), "photo.png");
    writeFileSync(
      path,
      await imageOf(noise(20, 10, 3, 8))
        .png()
        .toBuffer(),
    );
    expect((await openPhoto(path, { pixelLimit: 200 })).width).toBe(20);
    expect(await messageOf(openPhoto(path, { pixelLimit: 199 }))).toContain(
      "at most 199 pixels, received 20 x 10 = 200",
    );
  });

  it.each(["gif", "webp"] as const)("refuses an animated %s", async (format) => {
    const path = join(temporaryFolder(), `film.${format}`);
    const frames = [0, 128, 255].map((level) => ({
      create: { width: 16, height: 16, channels: 3 as const, background: { r: level, g: 0, b: 0 } },
    }));
    const bytes = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()));
    await sharp(bytes, { join: { animated: true } })
      .toFormat(format)
      .toFile(path);
    expect(await messageOf(openPhoto(path))).toMatch(
      /: expected one picture, received (GIF|WebP) of 3 frames\. Save the frame that you want as a separate file\.$/,
    );
  });

  it("refuses a TIFF of several pages", async () => {
    const path = join(temporaryFolder(), "scan.tif");
    const page = { width: 1, height: 1, bits: 8, samples: 1, photometric: 1, strip: Buffer.of(128) };
    writeFileSync(path, tiff(page, page));
    expect(await messageOf(openPhoto(path))).toContain(
      "expected one picture, received TIFF of 2 pages. Save the page",
    );
  });

  it("refuses a TIFF that begins with a thumbnail, as most camera raw files do", async () => {
    const path = join(temporaryFolder(), "photo.nef");
    const thumbnail = { width: 1, height: 1, bits: 8, samples: 1, photometric: 1, strip: Buffer.of(128) };
    writeFileSync(path, tiff({ ...thumbnail, subfileType: 1 }));
    expect(await messageOf(openPhoto(path))).toContain(
      "received a camera raw file, or a TIFF that begins with a thumbnail. Develop it to a TIFF or JPEG first.",
    );
  });

  it("finds the orientation, and tells the size as the photo is to be looked at", async () => {
    const path = join(temporaryFolder(), "photo.jpg");
    await imageOf(noise(30, 20, 3, 8))
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toFile(path);
    expect(await openPhoto(path)).toMatchObject({ orientation: 6, width: 20, height: 30 });
  });

  it.each([50, 75, 92, 98, 100])("estimates a JPEG quality of %i", async (quality) => {
    const path = join(temporaryFolder(), "photo.jpg");
    await imageOf(noise(30, 20, 3, 8))
      .jpeg({ quality })
      .toFile(path);
    expect((await openPhoto(path)).compression.jpegQuality).toBe(quality);
  });

  it("does not fall for a JPEG whose segments lead nowhere", async () => {
    const path = join(temporaryFolder(), "photo.jpg");
    const whole = await imageOf(noise(30, 20, 3, 8))
      .jpeg()
      .toBuffer();
    // Lengths of 0 would make a walk stand still.
    const standingStill = Buffer.concat([
      whole.subarray(0, 2),
      Buffer.from([0xff, 0xe1, 0, 0]),
      whole.subarray(2),
    ]);
    writeFileSync(path, standingStill);
    await openPhoto(path).catch(() => undefined);
    writeFileSync(path, whole.subarray(0, 40));
    expect(await messageOf(openPhoto(path))).toContain("damaged");
  });

  it("warns of what will be lost in a photo with a gain map", async (context) => {
    const header = await openPhoto(sharedData(context, "photos/sharp-io-fixtures/gain-map.jpg"));
    expect(header).toMatchObject({ width: 3840, height: 2160, depth: 8, mode: "rgb" });
    expect(header.warnings).toEqual([
      "its HDR gain map is dropped: the look is applied to the picture for ordinary screens",
    ]);
  });

  it.for([
    ["Channel_digital_image_CMYK_color.jpg", "cmyk", "its CMYK colours are converted to sRGB"],
    [
      "cielab-dagams.tiff",
      "lab",
      "its Lab colours are converted to sRGB, and those outside sRGB are clipped",
    ],
    ["16-bit-grey-alpha.png", "grey", "it is grey and becomes RGB"],
  ] as const)("warns of the colours of %s, which become RGB", async ([name, mode, warning], context) => {
    const path = sharedData(context, `photos/sharp-io-fixtures/${name}`);
    expect(await openPhoto(path)).toMatchObject({ mode, warnings: [warning] });
  });

  it.runIf(process.platform === "linux")("opens names that are not UTF-8", async () => {
    const folder = temporaryFolder();
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xe9, 0x2e, 0x70, 0x6e, 0x67])]);
    writeFileSync(
      path,
      await imageOf(noise(3, 2, 3, 8))
        .png()
        .toBuffer(),
    );
    expect(readFileSync(path).length).toBeGreaterThan(0);
    expect(await openPhoto(path)).toMatchObject({ width: 3, height: 2 });
  });
});
