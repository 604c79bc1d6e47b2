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
import { UsageError } from "./frame/failure.js";
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
 * @throws {UsageError} when it has a layout and is no picture.
 */
export async function readLutFile(path: string, options: ReadLutOptions = {}): Promise<ReadLut> {
  const expected = `a LUT (${lutTitles()})`;
  const isPhoto = isPhotoFormat(await sniffFile(path, expected));
  if (!isPhoto && options.layout !== undefined) {
    throw new UsageError(`--layout: expected a LUT picture beside it, received ${path}, which is none`);
  }
  const source = isPhoto ? await readPicture(path) : await readRegularFile(path, expected);
  return readLut(source, path, options);
}

/** Samples as they are: what a profile says about a lookup table's colours is an accident of its export. */
async function readPicture(path: string): Promise<LutPicture> {
  const { data, width, height, channels } = await decodePhoto(await openPhoto(path));
  return { pixels: channels === 3 ? data : data.filter((_, index) => index % 4 !== 3), width, height };
}

/** A table as it will stand in a file. */
export interface EncodedLut {
  readonly format: WritableLutFormat;
  /** The file's bytes; of a picture, its samples. */
  readonly content: Uint8Array<ArrayBuffer> | StoredPicture;
  /** What a reader of the file will see. */
  readBack(name: string): Lut;
}

type StoredPicture = LutPicture & { readonly pixels: Uint8Array | Uint16Array };

/** Pictures get 8 bits where their format has them, else 16. */
export function encodeLut(format: WritableLutFormat, lut: Lut, options: LutWriteOptions): EncodedLut {
  const content =
    format.source === "bytes" ? format.write.encode(lut, options) : stored(format.write.encode(lut, options));
  const readBack = (name: string): Lut =>
    content instanceof Uint8Array
      ? readLut(content, name).lut
      : readLut(content, name, { layout: format.name }).lut;
  return { format, content, readBack };
}

function stored({ pixels, width, height, max = 1 }: LutPicture): StoredPicture {
  if (pixels instanceof Uint8Array) return { pixels, width, height };
  const samples = Uint16Array.from(pixels, (value) => Math.round((value * 65_535) / max));
  return { pixels: samples, width, height };
}

/** @throws {FileError} when the file cannot be written; an old file is intact then. */
export async function writeEncodedLut(
  { content }: EncodedLut,
  path: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  if (content instanceof Uint8Array) await writeFileAtomically(path, content, { signal });
  else await encodePhoto(newPhoto(content.width, content.height, content.pixels), path, { signal });
}

/** Both at once. */
export async function writeLutFile(
  format: WritableLutFormat,
  lut: Lut,
  path: string,
  { signal, ...options }: LutWriteOptions & { readonly signal: AbortSignal },
): Promise<void> {
  await writeEncodedLut(encodeLut(format, lut, options), path, { signal });
}
