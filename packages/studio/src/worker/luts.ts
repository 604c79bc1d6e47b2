/** Lookup tables: by themselves, since the code of all formats is fetched only when one is given. */
import { type ColourSamples, latticeSamples, sampleLut } from "synthconv/fit";
import {
  identityCube,
  LUT_FORMATS,
  type Lut,
  type LutPicture,
  type LutPictureFormat,
  type ReadLut,
  readLut,
} from "synthconv/look";
import { pixelsOf } from "../files/index.js";
import type { FileRef, PictureTable } from "../protocol/index.js";
import { LUT_NAME } from "./lut-name.js";
import { notesOf, withOpened } from "./opened.js";

/** Random colours that are learned from. */
const SAMPLES = 2 ** 17;

/** @throws {FormatError} with the line, for a file that breaks its format. */
export async function lutSamples(
  file: FileRef,
  seed: number,
): Promise<{ training: ColourSamples; test: ColourSamples }> {
  const { lut } = await read(file);
  return { training: sampleLut(lut, { seed, count: SAMPLES }), test: latticeSamples(lut) };
}

/** What the file's format is called. @throws {FormatError} as above. */
export async function lutFormat(file: FileRef): Promise<string> {
  return (await read(file)).format.title;
}

/** What its pixels are as a table; undefined where they are none. */
export async function pictureTable(file: FileRef): Promise<PictureTable | undefined> {
  const { picture, notes } = await pictureOf(file);
  const formats = LUT_FORMATS.filter(
    (one): one is LutPictureFormat => one.source === "picture" && one.recognize(picture),
  );
  const [format] = formats;
  if (format === undefined) return undefined;
  const isIdentity = formats.length === 1 && changesNothing(format.read(picture, file.name));
  return { formats: formats.map(({ title }) => title), isIdentity, notes };
}

/** Codes that rounding, twice, or a colour profile makes of a table that was meant to change nothing. */
const ROUNDING = 3 / 255;

function changesNothing({ stages }: Lut): boolean {
  return stages.every((stage) => {
    if (stage.kind !== "lut3d") return false;
    const nodes = identityCube(stage.size).table;
    return stage.table.every((value, at) => Math.abs(value - (nodes[at] as number)) <= ROUNDING);
  });
}

async function read(file: FileRef): Promise<ReadLut> {
  const { name, blob } = file;
  if (!LUT_NAME.test(name)) return readLut((await pictureOf(file)).picture, name);
  return readLut(new Uint8Array(await blob.arrayBuffer()), name);
}

/** Every pixel: of a table none can be left out. */
async function pictureOf(file: FileRef): Promise<{ picture: LutPicture; notes: readonly string[] }> {
  return await withOpened(file, (photo) => {
    const { bitmap, width, height } = photo;
    const pixels = Uint8Array.from(pixelsOf(bitmap).filter((_, at) => at % 4 !== 3));
    return { picture: { pixels, width, height }, notes: notesOf(photo) };
  });
}
