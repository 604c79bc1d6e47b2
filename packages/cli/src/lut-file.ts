import { readRegularFile, writeFileAtomically } from "synthconv/internal/node";
/** The files of lookup tables: which format, is what the library's table of formats says. */
import {
  LUT_FORMATS,
  type Lut,
  type LutFormat,
  type LutPicture,
  type LutWriteOptions,
  type ReadLut,
  type ReadLutOptions,
  readLut,
  type WritableLutFormat,
} from "synthconv/look";
import { alternatives } from "./alternatives.js";
import { decodePhoto } from "./image/decode-photo.js";
import { encodePhoto } from "./image/encode-photo.js";
import { newPhoto } from "./image/new-photo.js";
import { isPhotoFormat, sniffFile } from "./image/photo-formats.js";
import { openPhoto } from "./image/photo-header.js";

/** `.cube, .spi1d or Hald image`. */
export function lutTitles(formats: readonly LutFormat[] = LUT_FORMATS): string {
  return alternatives(formats.map(({ title }) => title));
}

/**
 * @throws {FileError} when the file cannot be read, {FormatError} when it is no lookup table or breaks its format.
 */
export async function readLutFile(path: string, options: ReadLutOptions = {}): Promise<ReadLut> {
  const expected = `a LUT (${lutTitles()})`;
  const isPhoto = isPhotoFormat(await sniffFile(path, expected));
  const source = isPhoto ? await readPicture(path) : await readRegularFile(path, expected);
  return readLut(source, path, options);
}

/** Samples as they are: what a profile says about a lookup table's colours is an accident of its export. */
async function readPicture(path: string): Promise<LutPicture> {
  const { data, width, height, channels } = await decodePhoto(await openPhoto(path));
  return { pixels: channels === 3 ? data : data.filter((_, index) => index % 4 !== 3), width, height };
}

/**
 * Writes a table; pictures become PNGs of 16 bits.
 *
 * @throws {FileError} when the file cannot be written; an old file is intact then.
 */
export async function writeLutFile(
  format: WritableLutFormat,
  lut: Lut,
  path: string,
  { signal, ...options }: LutWriteOptions & { readonly signal: AbortSignal },
): Promise<void> {
  if (format.source === "bytes") {
    await writeFileAtomically(path, format.write.encode(lut, options), { signal });
    return;
  }
  const { pixels, width, height, max = 1 } = format.write.encode(lut, options);
  const samples = Uint16Array.from(pixels, (value) => Math.round((value * 65_535) / max));
  await encodePhoto(newPhoto(width, height, samples), path, { signal });
}
