/** What Chromium shows of a file is what its tags mean: the page's pixels against ours, as read and as written. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { withBrowser } from "../../../../test-support/browser.js";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { pngChunk } from "../../src/image/containers/png.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { encodePhoto } from "../../src/image/encode-photo.js";
import type { Photo } from "../../src/image/photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { readColours } from "../../src/image/pixels.js";
import { adobeRgb, displayP3, noise } from "./material.js";

const WIDTH = 32;
const HEIGHT = 16;

interface Case {
  readonly name: string;
  readonly chunks: readonly Buffer[];
  /** Undefined where our reading is a warning. */
  readonly warns?: RegExp;
}

const gAMA = (value: number): Buffer => pngChunk("gAMA", uint32(value));
const cHRM = (...values: readonly number[]): Buffer =>
  pngChunk("cHRM", uint32(...values.map((v) => Math.round(v * 1e5))));
const cICP = (primaries: number, transfer: number, matrix = 0, range = 1): Buffer =>
  pngChunk("cICP", Buffer.from([primaries, transfer, matrix, range]));
const iCCP = (icc: Buffer): Buffer =>
  pngChunk("iCCP", Buffer.concat([Buffer.from("x\0\0"), deflateSync(icc)]));
const sRGB = pngChunk("sRGB", Buffer.from([0]));

const P3 = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06] as const;
const PRO_PHOTO = [0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001] as const;
const PAL = [0.3127, 0.329, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06] as const;

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, 4 * index);
  });
  return bytes;
}

async function casesOf(): Promise<Case[]> {
  const cases: Case[] = [
    { name: "none", chunks: [] },
    ...[100_000, 55_556, 50_000, 47_700, 45_455, 43_300, 40_000, 100].map((g) => ({
      name: `gAMA ${g}`,
      chunks: [gAMA(g)],
    })),
    { name: "gAMA 0", chunks: [gAMA(0)] },
    { name: "cHRM alone", chunks: [cHRM(...P3)], warns: /primaries \(cHRM\) come without a gamma/ },
    { name: "cHRM P3, gAMA 2.2", chunks: [cHRM(...P3), gAMA(45_455)] },
    { name: "cHRM ProPhoto, gAMA 1.8", chunks: [cHRM(...PRO_PHOTO), gAMA(55_556)] },
    { name: "cHRM PAL, gAMA 1", chunks: [cHRM(...PAL), gAMA(100_000)] },
    {
      name: "cHRM of no colours, gAMA 1",
      chunks: [cHRM(0, 0, 0, 0, 0, 0, 0, 0), gAMA(100_000)],
      warns: /mean no colours/,
    },
    { name: "sRGB", chunks: [sRGB] },
    { name: "sRGB over gAMA and cHRM", chunks: [cHRM(...P3), gAMA(100_000), sRGB] },
    { name: "iCCP", chunks: [iCCP(adobeRgb())] },
    { name: "iCCP over gAMA", chunks: [gAMA(100_000), iCCP(adobeRgb())] },
    { name: "iCCP over sRGB", chunks: [sRGB, iCCP(adobeRgb())] },
    { name: "cICP over iCCP", chunks: [cICP(9, 13), iCCP(adobeRgb())] },
    { name: "cICP over sRGB and gAMA", chunks: [cICP(12, 8), gAMA(50_000), sRGB] },
    { name: "cICP sRGB over iCCP", chunks: [cICP(1, 13), iCCP(await displayP3())] },
    {
      name: "an iCCP that is none, gAMA 1",
      chunks: [iCCP(Buffer.alloc(300, 7)), gAMA(100_000)],
      warns: /profile/,
    },
    { name: "cICP of a limited range", chunks: [cICP(12, 13, 0, 0)], warns: /no full-range RGB/ },
    { name: "cICP unspecified over gAMA 1", chunks: [cICP(2, 2), gAMA(100_000)] },
    { name: "cICP reserved over gAMA 1", chunks: [cICP(99, 13), gAMA(100_000)], warns: /not known/ },
  ];
  // Every code point of primaries that is honoured, and every one of transfers with two of them.
  for (const primaries of [1, 4, 5, 6, 7, 9, 11, 12, 22]) {
    cases.push({ name: `cICP ${primaries}/13`, chunks: [cICP(primaries, 13)] });
  }
  for (const transfer of [1, 4, 5, 6, 7, 8, 11, 14, 15]) {
    for (const primaries of [5, 9]) {
      cases.push({ name: `cICP ${primaries}/${transfer}`, chunks: [cICP(primaries, transfer)] });
    }
  }
  return cases;
}

/** A file's pixels on a page, sRGB, RGBA. */
function pageColours(page: Page, bytes: Buffer, type: string): Promise<number[]> {
  return page.evaluate(
    async ([data, mime]) => {
      const image = new Image();
      image.src = `data:${mime};base64,${data}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d", { colorSpace: "srgb" });
      context?.drawImage(image, 0, 0);
      return [...(context?.getImageData(0, 0, image.width, image.height).data ?? [])];
    },
    [bytes.toString("base64"), type] as const,
  );
}

/** Ours: a file's colours as the look sees them, clipped as a page clips. */
function ourColours(photo: Photo): number[] {
  const pixels = photo.width * photo.height;
  const planes = new Float32Array(3 * pixels);
  readColours(photo, 0, planes);
  return Array.from({ length: 4 * pixels }, (_, i) =>
    i % 4 === 3 ? 255 : 255 * Math.min(1, Math.max(0, planes[(i % 4) * pixels + (i >> 2)] as number)),
  );
}

const largestGap = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

describe("colour tags of a PNG", () => {
  it("mean what Chromium shows, and the file that is written shows the same", async (context) => {
    await withBrowser(context, async (browser) => {
      const page = await browser.newPage();
      const folder = temporaryFolder();
      const { data } = noise(WIDTH, HEIGHT, 3, 8);
      const plain = await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .png()
        .toBuffer();
      const pixels = plain.subarray(plain.indexOf("IDAT") - 4);
      const wrong: string[] = [];
      for (const { name, chunks, warns } of await casesOf()) {
        const bytes = Buffer.concat([plain.subarray(0, 33), ...chunks, pixels]);
        const path = join(folder, "in.png");
        writeFileSync(path, bytes);
        const shown = await pageColours(page, bytes, "image/png");
        const photo = await decodePhoto(await openPhoto(path));
        const { warnings } = photo;
        const read = largestGap(shown, ourColours(photo));
        if (warns === undefined ? warnings.length > 0 : !warnings.some((text) => warns.test(text))) {
          wrong.push(`${name}: warnings ${JSON.stringify(warnings)}`);
        }
        // Half a code of rounding, and up to 0.8 of the tables that a page converts by.
        if (read > 1.3) wrong.push(`${name}: read ${read.toFixed(2)}`);
        const target = join(folder, "out.png");
        await encodePhoto(photo, target);
        const written = largestGap(shown, await pageColours(page, readFileSync(target), "image/png"));
        if (written > 1) wrong.push(`${name}: written ${written}`);
      }
      expect(wrong).toEqual([]);
    });
  });
});

describe("the nclx of an AVIF", () => {
  it("means what Chromium shows, and the file that is written shows the same", async (context) => {
    await withBrowser(context, async (browser) => {
      const page = await browser.newPage();
      const folder = temporaryFolder();
      const { data } = noise(WIDTH, HEIGHT, 3, 8);
      const lossless = { lossless: true, chromaSubsampling: "4:4:4" } as const;
      const plain = await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .avif(lossless)
        .toBuffer();
      const wrong: string[] = [];
      // Chromium shows no AVIF of transfer 11.
      const transfers = [1, 4, 5, 6, 7, 8, 13, 14, 15].map((transfer) => [9, transfer]);
      const honoured = [...transfers, [1, 1], [1, 8], [5, 13], [6, 6], [12, 13]];
      for (const [primaries = 0, transfer = 0] of [...honoured, [2, 2], [9, 16], [9, 18], [10, 13]]) {
        const bytes = Buffer.from(plain);
        const at = bytes.indexOf("nclx") + 4;
        bytes.writeUInt16BE(primaries, at);
        bytes.writeUInt16BE(transfer, at + 2);
        const path = join(folder, "in.avif");
        writeFileSync(path, bytes);
        const photo = await decodePhoto(await openPhoto(path));
        const name = `${primaries}/${transfer}`;
        if (transfer > 15 || primaries === 10) {
          if (photo.warnings.length !== 1) wrong.push(`${name}: warnings ${JSON.stringify(photo.warnings)}`);
          continue;
        }
        const shown = await pageColours(page, bytes, "image/avif");
        const read = largestGap(shown, ourColours(photo));
        if (read > 1.3 || photo.warnings.length > 0) wrong.push(`${name}: read ${read} ${photo.warnings}`);
        const target = join(folder, "out.png");
        await encodePhoto(photo, target);
        const written = largestGap(shown, await pageColours(page, readFileSync(target), "image/png"));
        if (written > 1) wrong.push(`${name}: written ${written}`);
      }
      expect(wrong).toEqual([]);
    });
  });
});
