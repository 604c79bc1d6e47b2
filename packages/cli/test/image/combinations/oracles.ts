/** What others see in a file: Chromium in what it shows, tifffile and Little CMS in TIFFs; exiftool in metadata. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { TestContext } from "vitest";
import { need } from "../../../../../test-support/needs.js";
import { textOf } from "../../../../../test-support/programs.js";

/** Upright RGBA of 8 bits, sRGB. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** Of a TIFF. */
  readonly kinds?: readonly number[];
}

export const tiffPython = process.env.SYNTHCONV_TIFFFILE_PYTHON ?? "python3";

export function needTiffReader(context: TestContext): void {
  const { status } = spawnSync(tiffPython, ["-c", "import tifffile, numpy, PIL.ImageCms"]);
  const advice = `${tiffPython} has no tifffile: pip install tifffile imagecodecs numpy Pillow, or name another by SYNTHCONV_TIFFFILE_PYTHON`;
  need(context, status === 0, advice);
}

export function seenInTiffs(paths: readonly string[]): Seen[] {
  if (paths.length === 0) return [];
  const script = fileURLToPath(new URL("read-tiffs.py", import.meta.url));
  return textOf(tiffPython, [script, ...paths])
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { pixels, ...rest } = JSON.parse(line);
      return { ...rest, pixels: new Uint8Array(Buffer.from(pixels, "hex")) };
    });
}

const TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  avif: "image/avif",
};

export function seenOnPage(page: Page, path: string): Promise<Seen> {
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] as string;
  return page
    .evaluate(
      async ([data, mime]) => {
        const image = new Image();
        image.src = `data:${mime};base64,${data}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        const [width, height] = [image.naturalWidth, image.naturalHeight];
        [canvas.width, canvas.height] = [width, height];
        const context = canvas.getContext("2d", { colorSpace: "srgb" });
        context?.drawImage(image, 0, 0);
        return { width, height, pixels: [...(context?.getImageData(0, 0, width, height).data ?? [])] };
      },
      [readFileSync(path).toString("base64"), type] as const,
    )
    .then(({ pixels, ...size }) => ({ ...size, pixels: Uint8Array.from(pixels) }));
}

/** All tags of the files, by path. */
export function tagsOf(paths: readonly string[]): Map<string, Readonly<Record<string, unknown>>> {
  const found = new Map<string, Readonly<Record<string, unknown>>>();
  // Command lines have an end.
  for (let first = 0; first < paths.length; first += 200) {
    const list = JSON.parse(
      textOf("exiftool", ["-json", "-n", "-G1", "-a", ...paths.slice(first, first + 200)]),
    );
    for (const { SourceFile, ...tags } of list) found.set(SourceFile, tags);
  }
  return found;
}

/**
 * The largest and the mean difference of colours, each weighted by its alpha, and of alpha.
 */
export function gapOf(a: Seen, b: Seen): { largest: number; mean: number } {
  if (a.width !== b.width || a.height !== b.height) return { largest: 999, mean: 999 };
  let largest = 0;
  let total = 0;
  for (let pixel = 0; pixel < a.pixels.length; pixel += 4) {
    const alpha = (a.pixels[pixel + 3] as number) / 255;
    for (let channel = 0; channel < 4; channel++) {
      const gap = Math.abs((a.pixels[pixel + channel] as number) - (b.pixels[pixel + channel] as number));
      const weighted = channel === 3 ? gap : gap * alpha;
      largest = Math.max(largest, weighted);
      total += weighted;
    }
  }
  return { largest, mean: total / a.pixels.length };
}
