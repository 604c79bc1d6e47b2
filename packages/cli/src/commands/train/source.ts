/** What a look is trained on: pairs of photos, or a LUT. */
import {
  type ColourSamples,
  concatSamples,
  type GreySource,
  greySourceOfLut,
  greySourceOfSamples,
  latticeSamples,
  type PixelView,
  sampleLut,
  samplePair,
} from "synthconv/fit";
import type { FilePath } from "synthconv/node";
import { UsageError } from "../../frame/failure.js";
import { decodePhoto } from "../../image/decode-photo.js";
import { checkSameSize, type PhotoPair, pairPhotos } from "../../image/pair-photos.js";
import { type Photo, warningsOf } from "../../image/photo.js";
import { openPhoto } from "../../image/photo-header.js";
import { readColours } from "../../image/pixels.js";
import { lutTitles, readLutFile } from "../../lut-file.js";
import { counted } from "../../report/quantities.js";

export interface TrainingSource {
  /** `pairs`, or the name of the LUT's format. */
  readonly kind: string;
  /** The files that it was read from. */
  readonly files: readonly FilePath[];
  /** In a sentence, for the report. */
  readonly summary: string;
  /** For the look's own record: free of paths. */
  readonly record: string;
  readonly training: ColourSamples;
  /** What the error is measured on. */
  readonly test: ColourSamples;
  readonly testedOn: "held-out pixels" | "lattice";
  /** What its greys become. */
  readonly greys: GreySource;
  /** What was lost or changed by reading, a sentence each. */
  readonly warnings: readonly string[];
}

export interface SourceOptions {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Of a LUT picture: which format, where its content does not tell. */
  readonly layout: string | undefined;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Colours taken from all pairs together. Twice the pixels of a small photo: more do not train a better look,
 * they take memory (24 bytes each, and as much again while they are shuffled).
 */
const MAX_COLOURS = 2 ** 20;
/** Of each of very many pairs. */
const MIN_COLOURS_PER_PAIR = 1024;

/** @throws {UsageError} when it is not clear what the source is. */
export async function readSource(
  operands: readonly string[],
  options: SourceOptions,
): Promise<TrainingSource> {
  const { before, after } = options;
  const [file] = operands;
  if (before !== undefined || after !== undefined) {
    if (before === undefined || after === undefined) {
      throw new UsageError(
        `expected --before and --after, received only ${before === undefined ? "--after" : "--before"}`,
      );
    }
    if (file !== undefined) {
      throw new UsageError(
        `expected a LUT or a pair of photos, received ${file} beside --before and --after`,
      );
    }
    return readPairs(await pairPhotos(before, after), options);
  }
  if (file === undefined || operands.length > 1) {
    throw new UsageError(
      `expected one LUT (${lutTitles()}), or photos by --before and --after, received ${counted(operands.length, "file")}`,
    );
  }
  return readLut(file, options);
}

async function readPairs(
  pairs: readonly PhotoPair[],
  { seed, signal }: SourceOptions,
): Promise<TrainingSource> {
  // All sizes are compared before the first photo is decoded.
  const headers = [];
  for (const { before, after } of pairs) {
    const both = [await openPhoto(before), await openPhoto(after)] as const;
    checkSameSize(...both);
    headers.push(both);
  }
  const limit = Math.max(MIN_COLOURS_PER_PAIR, Math.floor(MAX_COLOURS / pairs.length));
  const splits = [];
  const warnings: string[] = [];
  for (const [index, both] of headers.entries()) {
    signal.throwIfAborted();
    const photos = [await decodePhoto(both[0]), await decodePhoto(both[1])] as const;
    for (const warning of warningsOf(photos)) warnings.push(warning);
    splits.push(samplePair(inSrgb(photos[0]), inSrgb(photos[1]), { seed, index, limit }));
  }
  const count = counted(pairs.length, "pair");
  const training = concatSamples(splits.map((split) => split.training));
  return {
    kind: "pairs",
    files: pairs.flatMap(({ before, after }) => [before, after]),
    summary: `${count} of photos`,
    record: pairs.length === 1 ? "pair" : count,
    training,
    test: concatSamples(splits.map(({ heldOut }) => heldOut)),
    testedOn: "held-out pixels",
    greys: greySourceOfSamples(training),
    warnings,
  };
}

/** The photo's samples, converted where they are not sRGB; alpha as it is. */
function inSrgb(photo: Photo): PixelView {
  if (photo.transform === undefined) return photo;
  const { width, height, channels, data: stored } = photo;
  const pixels = width * height;
  const planes = new Float32Array(3 * pixels);
  readColours(photo, 0, planes);
  const data = new Float32Array(channels * pixels);
  for (let channel = 0; channel < 3; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      data[channels * pixel + channel] = planes[channel * pixels + pixel] as number;
    }
  }
  const opaque = stored instanceof Uint16Array ? 65_535 : 255;
  if (channels === 4) {
    for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = (stored[alpha] as number) / opaque;
  }
  return { width, height, channels, data };
}

async function readLut(file: string, { seed, layout }: SourceOptions): Promise<TrainingSource> {
  const { format, lut } = await readLutFile(file, layout === undefined ? {} : { layout });
  const nodes = lut.stages.find((stage) => stage.kind === "lut3d")?.size;
  const test = latticeSamples(lut);
  return {
    kind: format.name,
    files: [file],
    summary: `a ${format.title} of ${nodes === undefined ? "curves alone" : `${nodes} nodes per axis`}`,
    record: format.name,
    training: sampleLut(lut, { seed }),
    test,
    testedOn: "lattice",
    greys: greySourceOfLut(lut, test),
    warnings: [],
  };
}
