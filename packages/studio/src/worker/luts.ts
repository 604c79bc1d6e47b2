/** Lookup tables: by themselves, since the code of all formats is fetched only when one is given. */
import { type ColourSamples, latticeSamples, sampleLut } from "synthconv/fit";
import { LUT_FORMATS, type LutPicture, type ReadLut, readLut } from "synthconv/look";
import { pixelsOf } from "../files/index.js";
import type { FileRef } from "../protocol/index.js";
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

/** The formats of pictures that its pixels are a table in, by their titles; several where its colours do not tell. */
export async function lutPictureFormats(
  file: FileRef,
): Promise<{ readonly formats: readonly string[]; readonly notes: readonly string[] }> {
  const { picture, notes } = await pictureOf(file);
  const formats = LUT_FORMATS.filter((one) => one.source === "picture" && one.recognize(picture));
  return { formats: formats.map(({ title }) => title), notes };
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
