import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { encodePhoto } from "../../src/image/encode-photo.js";
import type { Photo } from "../../src/image/photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { mapColours } from "../../src/image/pixels.js";
import { differing, noise, type Picture, tiff } from "./material.js";

const GREY = 1;
const RGB = 2;

interface Layout {
  readonly photometric: number;
  readonly channels: number;
  readonly depth: 8 | 16;
  readonly planar: boolean;
  readonly kinds: readonly number[];
}

/** Every count of channels from 1 to 8 of grey and RGB, both depths, both arrangements, alpha of every kind and place. */
const layouts: Layout[] = [];
for (const photometric of [GREY, RGB]) {
  const colours = photometric === GREY ? 1 : 3;
  for (let channels = colours; channels <= 8; channels++) {
    const beyond = channels - colours;
    const alphas = [undefined, ...Array.from({ length: Math.min(beyond, 2) }, (_, at) => at)];
    for (const at of alphas) {
      for (const kind of at === undefined ? [0] : [1, 2]) {
        const kinds = Array.from({ length: beyond }, (_, index) => (index === at ? kind : 0));
        for (const depth of [8, 16] as const) {
          for (const planar of [false, true]) layouts.push({ photometric, channels, depth, planar, kinds });
        }
      }
    }
  }
}

const nameOf = ({ photometric, channels, depth, planar, kinds }: Layout): string =>
  `${photometric === GREY ? "grey" : "RGB"}, ${channels} channels (${kinds}), ${depth} bits, ${planar ? "planar" : "interleaved"}`;

/** Noise whose colours are at most alpha where they are multiplied by it. */
function pictureOf({ photometric, channels, depth, kinds }: Layout): Picture {
  const picture = noise(23, 11, channels, depth);
  const colours = photometric === GREY ? 1 : 3;
  const alpha = kinds.findIndex((kind) => kind > 0);
  if (kinds[alpha] !== 1) return picture;
  for (let at = 0; at < picture.data.length; at += channels) {
    const most = picture.data[at + colours + alpha] as number;
    for (let colour = 0; colour < colours; colour++) {
      picture.data[at + colour] = Math.min(picture.data[at + colour] as number, most);
    }
  }
  return picture;
}

function fileOf(layout: Layout, { width, height, channels, data }: Picture): string {
  const pixels = width * height;
  const stored = layout.planar
    ? data.map((_, i) => data[(i % pixels) * channels + Math.floor(i / pixels)] as number)
    : data;
  const path = join(temporaryFolder(), "in.tif");
  const strip = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const { depth: bits, photometric, kinds, planar } = layout;
  const extra = kinds.length > 0 ? { extraSamples: kinds } : {};
  writeFileSync(path, tiff({ width, height, bits, samples: channels, photometric, strip, planar, ...extra }));
  return path;
}

/** RGB as a reader of TIFF 6.0 has it: grey three times, colours divided by associated alpha. */
function expectedColours({ photometric, kinds }: Layout, { channels, data }: Picture): number[] {
  const top = data instanceof Uint16Array ? 65_535 : 255;
  const colours = photometric === GREY ? [0, 0, 0] : [0, 1, 2];
  const alpha = kinds.findIndex((kind) => kind > 0);
  const expected: number[] = [];
  for (let at = 0; at < data.length; at += channels) {
    const covered = alpha < 0 ? top : (data[at + (photometric === GREY ? 1 : 3) + alpha] as number);
    const scale = kinds[alpha] !== 1 ? 1 : covered === 0 ? 0 : top / covered;
    for (const colour of colours) expected.push((data[at + colour] as number) * scale);
    if (alpha >= 0) expected.push(covered);
  }
  return expected;
}

describe.each(layouts)("a TIFF of $photometric, $channels channels", (layout) => {
  const picture = pictureOf(layout);
  const beyond = layout.kinds.length;
  const alphaAt = layout.kinds.findIndex((kind) => kind > 0);

  if (layout.planar && layout.photometric === GREY && beyond > 0) {
    it(`is refused: ${nameOf(layout)}`, async () => {
      await expect(openPhoto(fileOf(layout, picture))).rejects.toThrow(
        "expected channels that are interleaved, received grey with more channels, each in its own plane. " +
          "Save the TIFF with interleaved (chunky) channels.",
      );
    });
    return;
  }

  it(`has its colours, keeps its extra channels in TIFF and says so elsewhere: ${nameOf(layout)}`, async () => {
    const path = fileOf(layout, picture);
    const photo = await decodePhoto(await openPhoto(path));
    const expected = expectedColours(layout, picture);
    expect(photo.channels).toBe(alphaAt < 0 ? 3 : 4);
    expect(photo.data.length).toBe(expected.length);
    const gaps = expected.map((value, i) => Math.abs(value - (photo.data[i] as number)));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(layout.kinds.includes(1) ? 0.5 : 0);
    expect(photo.extras?.length ?? 0).toBe((beyond - (alphaAt < 0 ? 0 : 1)) * picture.width * picture.height);

    await mapColours(photo, (colours) => colours.map((value) => 1 - value));
    const target = join(temporaryFolder(), "out.tif");
    expect(await encodePhoto(photo, target)).toEqual([]);
    await expectKept(photo, target, layout, picture);

    const png = await encodePhoto(photo, join(temporaryFolder(), "out.png"));
    const lost = beyond - (alphaAt < 0 ? 0 : 1);
    const what =
      lost === 1 ? "an extra channel (a saved selection)" : `${lost} extra channels (saved selections)`;
    expect(png).toEqual(lost === 0 ? [] : [`it has ${what}, kept in TIFF only and dropped in PNG`]);
  });
});

/** The image library's own view of the file: every channel in its place, of its kind. */
async function expectKept(
  photo: Photo,
  target: string,
  layout: Layout,
  { channels, data }: Picture,
): Promise<void> {
  const { kinds, depth } = layout;
  const written = await openPhoto(target);
  expect(written.beyond).toEqual(kinds.map((kind) => (kind === 1 ? 2 : kind)));
  const stored = await sharp(target, { limitInputChannels: 0 })
    .toColourspace(depth === 8 ? "srgb" : "rgb16")
    .raw({ depth: depth === 8 ? "uchar" : "ushort" })
    .toBuffer({ resolveWithObject: true });
  const samples =
    depth === 8
      ? stored.data
      : new Uint16Array(stored.data.buffer, stored.data.byteOffset, stored.data.length / 2);
  const stride = 3 + kinds.length;
  expect(stored.info.channels).toBe(stride);
  const first = layout.photometric === GREY ? 1 : 3;
  const expected: number[] = [];
  for (let pixel = 0; pixel < data.length / channels; pixel++) {
    for (let colour = 0; colour < 3; colour++)
      expected.push(photo.data[pixel * photo.channels + colour] as number);
    for (let at = 0; at < kinds.length; at++) expected.push(data[pixel * channels + first + at] as number);
  }
  expect(differing(samples, expected)).toBe(0);
}

describe("what a TIFF says of its colours that alpha is part of", () => {
  it("is warned about where they are stored multiplied by it", async () => {
    const layout: Layout = { photometric: RGB, channels: 4, depth: 8, planar: false, kinds: [1] };
    const header = await openPhoto(fileOf(layout, pictureOf(layout)));
    expect(header.warnings).toEqual([
      "its colours are stored multiplied by alpha, and are written without that",
    ]);
  });

  it("is refused where they are inks of another kind", async () => {
    const layout: Layout = { photometric: 5, channels: 6, depth: 8, planar: false, kinds: [] };
    const bytes = tiff({ width: 2, height: 1, bits: 8, samples: 6, photometric: 5, strip: Buffer.alloc(12) });
    // The tag of the planar configuration becomes InkSet, with 2 for inks that are not CMYK.
    const at = bytes.indexOf(Buffer.from([0x1c, 0x01, 3, 0, 1, 0, 0, 0]));
    bytes.writeUInt16LE(332, at);
    bytes.writeUInt16LE(2, at + 8);
    const path = join(temporaryFolder(), "inks.tif");
    writeFileSync(path, bytes);
    expect(layout.channels).toBe(6);
    await expect(openPhoto(path)).rejects.toThrow(
      "expected RGB, grey, Lab, or the four inks of CMYK, received a separation into other inks. Convert it to RGB first.",
    );
  });
});
