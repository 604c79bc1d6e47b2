/**
 * Image files of every kind in combination, by a seed. Each is read, taken through the colour transform of a look
 * that changes nothing, and written; others then see the same pixels in both files, and of the metadata each arrived
 * or a sentence says that it did not. A short form here; the whole by npm run test:images.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inBrowser, needBrowser } from "../../../../../test-support/browser.js";
import { temporaryFolder } from "../../../../../test-support/folders.js";
import { needTool } from "../../../../../test-support/needs.js";
import { decodePhoto } from "../../../src/image/decode-photo.js";
import { encodePhoto } from "../../../src/image/encode-photo.js";
import { openPhoto } from "../../../src/image/photo-header.js";
import { mapColours } from "../../../src/image/pixels.js";
import { type Combination, combinationOf, DIMENSIONS, describeCombination } from "./combination.js";
import { gapOf, needTiffReader, type Seen, seenInTiffs, seenOnPage, tagsOf } from "./oracles.js";
import { ARTIST, imageBytes, TITLE, WORDS } from "./write-image.js";

const count = Number(process.env.SYNTHCONV_IMAGES ?? 60);
/** Files of which every value of every dimension is one. */
const LONG = 1000;
const seed = Number(process.env.SYNTHCONV_IMAGE_SEED ?? 1);

interface Written {
  readonly combination: Combination;
  readonly source: string;
  readonly target: string;
  readonly warnings: readonly string[];
}

it(`${count} image files of seed ${seed} keep their pixels and their metadata, or say what they lose`, async (context) => {
  const browserPath = needBrowser(context);
  needTool(context, "exiftool");
  needTiffReader(context);
  console.log(
    `combinations of image files: seed ${seed}, ${count} files (SYNTHCONV_IMAGE_SEED, SYNTHCONV_IMAGES)`,
  );
  const folder = temporaryFolder();
  const wrong: string[] = [];
  const written: Written[] = [];
  for (let number = 0; number < count; number++) {
    const combination = combinationOf(number, seed);
    try {
      const one = await rewrite(folder, combination);
      if (one !== undefined) written.push(one);
    } catch (error) {
      wrong.push(`${describeCombination(combination)}: ${error}`);
    }
  }
  const seen = await seenBy(browserPath, written);
  const tags = tagsOf(written.map(({ target }) => target));
  for (const one of written) {
    const faults = [...pixelFaults(one, seen), ...metadataFaults(one, tags.get(one.target) ?? {}, seen)];
    if (faults.length > 0)
      wrong.push(
        `${describeCombination(one.combination)}: ${faults.join("; ")} [${one.warnings.join("; ")}]`,
      );
  }
  expect(wrong).toEqual([]);
  expectCoverage(written);
}, 3_600_000);

/** @returns undefined for a file that is refused, as it should be. */
async function rewrite(folder: string, combination: Combination): Promise<Written | undefined> {
  const { number, format, output, mode, planar, beyond } = combination;
  const source = join(folder, `${number}.${format === "tiff" ? "tif" : format}`);
  const target = join(folder, `${number}.out.${output}`);
  writeFileSync(source, await imageBytes(combination));
  const isRefused = format === "tiff" && mode === "grey" && planar && beyond !== "";
  if (isRefused) {
    await expect(openPhoto(source)).rejects.toThrow("expected channels that are interleaved");
    return undefined;
  }
  const photo = await decodePhoto(await openPhoto(source));
  await mapColours(photo, (colours) => colours);
  const warnings = [
    ...photo.warnings,
    ...(await encodePhoto(photo, target, { quality: 100, dropAlpha: true })),
  ];
  return { combination, source, target, warnings };
}

async function seenBy(browserPath: string, written: readonly Written[]): Promise<Map<string, Seen>> {
  const paths = written.flatMap(({ source, target }) => [source, target]);
  const tiffs = paths.filter((path) => path.endsWith(".tif"));
  const seen = new Map<string, Seen>();
  for (const [index, one] of seenInTiffs(tiffs).entries()) seen.set(tiffs[index] as string, one);
  await inBrowser(browserPath, async (browser) => {
    const page = await browser.newPage();
    for (const path of paths) if (!path.endsWith(".tif")) seen.set(path, await seenOnPage(page, path));
  });
  return seen;
}

/** Lossless: the rounding of 8 bits on both ways, and what the tables of two colour engines differ by. */
const LOSSLESS = { largest: 3.5, mean: 0.7 };
/** Little CMS gets 8 bits: a step of ProPhoto in a dark blue is several codes of sRGB. */
const CONVERTED = { largest: 32, mean: 0.7 };
/** JPEG, WebP and AVIF at their finest; steep profiles (ProPhoto, linear light) widen the steps of their codes. */
const LOSSY = { largest: 64, mean: 2.5 };
/**
 * Chromium (156) takes the alpha of every AVIF for limited range, also where its sequence header says full and of files
 * by libavif, which itself reads ours as they are meant: up to 20 codes off.
 */
const AVIF_ALPHA = { largest: 22, mean: 4 };
const LOSSY_FORMATS = ["jpg", "webp", "avif"];

function pixelFaults({ combination, source, target }: Written, seen: ReadonlyMap<string, Seen>): string[] {
  const { format, output, beyond, profile, tag } = combination;
  const before = seen.get(source) as Seen;
  const after = seen.get(target) as Seen;
  const { largest, mean } = gapOf(
    before,
    output === "jpg" ? { ...after, pixels: withAlphaOf(before, after) } : after,
  );
  const isAvifAlpha = beyond.startsWith("2") && (format === "avif" || output === "avif");
  const isConverted = (profile !== "none" || tag !== "none") && (format === "tiff" || output === "tif");
  const allowed = LOSSY_FORMATS.includes(output)
    ? LOSSY
    : isAvifAlpha
      ? AVIF_ALPHA
      : isConverted
        ? CONVERTED
        : LOSSLESS;
  return largest <= allowed.largest && mean <= allowed.mean
    ? []
    : [`pixels differ by ${largest.toFixed(1)}, in the mean ${mean.toFixed(2)}`];
}

/** A JPEG keeps the colours and loses alpha; where nothing was seen, any colour will do. */
function withAlphaOf(before: Seen, after: Seen): Uint8Array {
  return after.pixels.map((value, at) => (at % 4 === 3 ? (before.pixels[at] ?? value) : value));
}

function metadataFaults(
  { combination, warnings }: Written,
  tags: Readonly<Record<string, unknown>>,
  seen: ReadonlyMap<string, Seen>,
): string[] {
  const { format, output, exif, xmp, words, density, beyond } = combination;
  const faults: string[] = [];
  const has = (wanted: unknown): boolean => Object.values(tags).some((value) => value === wanted);
  const named = (word: RegExp): boolean => warnings.some((warning) => word.test(warning));
  const check = (what: string, arrived: boolean, word: RegExp): void => {
    if (arrived === named(word))
      faults.push(`${what} ${arrived ? "arrived, and a warning says not" : "is lost without a word"}`);
  };
  if (exif) check("the artist", has(ARTIST), /EXIF is dropped/);
  if (xmp) check("the title in XMP", has(TITLE), /XMP is dropped/);
  if (words) check("the words", has(WORDS), /its (text|comment).* is dropped/);
  const orientation = tags["IFD0:Orientation"];
  if (orientation !== undefined && orientation !== 1) faults.push(`orientation ${orientation}`);
  const kinds = beyond === "" ? [] : beyond.split(",").map(Number);
  const alphaAt = kinds.findIndex((kind) => kind > 0);
  const extras = kinds.length - (alphaAt < 0 ? 0 : 1);
  if (extras > 0) {
    const target = [...seen].find(([path]) => path.endsWith(`/${combination.number}.out.tif`))?.[1];
    const expected = kinds.map((kind) => (kind === 1 ? 2 : kind));
    check(
      "a saved selection",
      JSON.stringify(target?.kinds) === JSON.stringify(expected),
      /extra channels? \(/,
    );
  }
  if (density !== "none" && output !== "webp" && output !== "avif") {
    const [x, y] = density === "inch" ? [300, 150] : [1, 2];
    const [ownX, ownY, unit] = resolutionOf(tags, output);
    const isKept =
      Math.abs(ownX - x) < 0.1 && Math.abs(ownY - y) < 0.1 && (unit === "none") === (density === "unitless");
    if (!isKept) faults.push(`resolution ${ownX} x ${ownY} ${unit}, from ${format} of ${density}`);
  }
  return faults;
}

/** As pixels an inch, or without a unit. */
function resolutionOf(
  tags: Readonly<Record<string, unknown>>,
  output: string,
): readonly [number, number, string] {
  if (output === "png") {
    const [x, y] = [tags["PNG-pHYs:PixelsPerUnitX"], tags["PNG-pHYs:PixelsPerUnitY"]].map(Number) as [
      number,
      number,
    ];
    return tags["PNG-pHYs:PixelUnits"] === 1 ? [x * 0.0254, y * 0.0254, "inch"] : [x, y, "none"];
  }
  const group = output === "jpg" ? "JFIF" : "IFD0";
  const [x, y] = [tags[`${group}:XResolution`], tags[`${group}:YResolution`]].map(Number) as [number, number];
  const unit = Number(tags[`${group}:ResolutionUnit`]);
  // JFIF counts units from 0, TIFF from 1: none, inch, centimetre.
  const code = output === "jpg" ? unit : unit - 1;
  return code === 2 ? [2.54 * x, 2.54 * y, "inch"] : [x, y, code === 0 ? "none" : "inch"];
}

/** Every format is read and written; in a long run every value of every dimension and every pair of formats occurs. */
function expectCoverage(written: readonly Written[]): void {
  const missing: string[] = [];
  for (const [name, values] of Object.entries(DIMENSIONS)) {
    if (count < LONG && name !== "format" && name !== "output") continue;
    for (const value of values) {
      const isThere = written.some(
        ({ combination }) => combination[name as keyof typeof DIMENSIONS] === value,
      );
      if (!isThere) missing.push(`${name} ${value}`);
    }
  }
  const pairs = new Set(written.map(({ combination: { format, output } }) => `${format} ${output}`));
  if (count >= LONG && pairs.size < 25) missing.push(`pairs of formats: ${pairs.size} of 25`);
  expect(missing).toEqual([]);
}
