/** What a photo file says about itself, before any pixel is decoded. */
import type { Metadata } from "sharp";
import { FileError } from "synthconv/internal/node";
import { FormatError } from "synthconv/look";
import { ADOBE_RGB, type ColourTag } from "./colour-tag.js";
import type { Density } from "./density.js";
import { ExifBlock } from "./exif.js";
import {
  ASSOCIATED,
  type CarriedPart,
  type ChannelLayout,
  type FileFacts,
  UNASSOCIATED,
} from "./facts/file-facts.js";
import { CAMERA_RAW } from "./foreign-file.js";
import {
  type ColourMode,
  modeOf,
  refuseChannels,
  refuseLarge,
  refuseScans,
  refuseSeveral,
  warningsOf,
} from "./header-checks.js";
import type { ForeignFile, PhotoCompression, PhotoFormat } from "./photo-format.js";
import { isPhotoFormat, PHOTO_FORMATS, SNIFF_BYTES, sniffFormat, titlesOf } from "./photo-formats.js";
import { nameOf, type PhotoSource, withPhotoBytes } from "./photo-source.js";
import { imageOf, reasonOf } from "./sharp-input.js";

/**
 * The most pixels of a photo unless another limit is given: 268.4 million, 16,383 squared. The largest
 * single-shot sensors have 151 million; decoded, this many take 0.8 GB at 8 bits and 1.6 GB at 16.
 */
export const DEFAULT_PIXEL_LIMIT: number = 16_383 ** 2;

export interface OpenOptions {
  /** The most pixels that are accepted; {@link DEFAULT_PIXEL_LIMIT} by default. */
  readonly pixelLimit?: number;
}

/** What is carried over from a file to the one that is written. */
export interface PhotoMetadata {
  readonly exif: Buffer | undefined;
  readonly icc: Buffer | undefined;
  readonly xmp: string | undefined;
  readonly iptc: Buffer | undefined;
  readonly density: Density | undefined;
}

/** Bytes that only its own format takes. */
export interface PhotoPart extends CarriedPart {
  readonly format: PhotoFormat;
}

export interface PhotoHeader {
  readonly source: PhotoSource;
  readonly format: PhotoFormat;
  /** Pixels, upright: as the photo is to be looked at. */
  readonly width: number;
  readonly height: number;
  readonly mode: ColourMode;
  /** Bits of a sample once decoded. */
  readonly depth: 8 | 16;
  /** Bits that the file stores: 10 or 12 in some AVIFs, else as `depth`. */
  readonly storedBits: number;
  /** TIFF's kinds of the channels beyond the colours (0 unspecified, 1 or 2 alpha); elsewhere alpha alone. */
  readonly beyond: readonly number[];
  /** Which of them is the photo's transparency; undefined where none is. */
  readonly alphaAt: number | undefined;
  /** Where a TIFF says that its colours are multiplied by alpha; undefined where they are not. */
  readonly associatedAt: number | undefined;
  /** EXIF orientation, 1 to 8, of the stored pixels. Decoded pixels are upright. */
  readonly orientation: number;
  readonly metadata: PhotoMetadata;
  readonly parts: readonly PhotoPart[];
  /** What it says of its colours beside an ICC profile. */
  readonly tag: ColourTag | undefined;
  readonly compression: PhotoCompression;
  readonly pixelLimit: number;
  /** What will be lost or changed, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the header of a photo in any of {@link PHOTO_FORMATS}, known by its content and not by its name. No pixel is decoded: an image that is too large is refused here.
 *
 * @throws {FileError} when it cannot be read, is a folder, a device, or empty.
 * @throws {FormatError} when it is no photo of these formats, too large, animated, of several pages, or its
 *   header is damaged.
 */
export async function openPhoto(source: PhotoSource, options: OpenOptions = {}): Promise<PhotoHeader> {
  const { pixelLimit = DEFAULT_PIXEL_LIMIT } = options;
  const { format, own } = await readStart(source);
  const facts = await readMetadata(source);
  const path = nameOf(source);
  const { width, height } = facts.autoOrient;
  refuseLarge(path, width, height, pixelLimit);
  refuseScans(path, own.scans ?? 1, width * height);
  refuseSeveral(path, format, own.frames ?? facts.pages ?? 1);
  refuseChannels(path, own.channels, facts);
  const mode = modeOf(path, facts);
  const depth = mode === "lab" || facts.depth === "ushort" ? (mode === "cmyk" ? 8 : 16) : 8;
  const { icc, xmpAsString, iptc, chromaSubsampling } = facts;
  const exif = facts.exif ?? own.exif;
  const { tag, warning } = colourTagOf(own, exif, icc !== undefined);
  return {
    source,
    format,
    width,
    height,
    mode,
    depth,
    storedBits: depth === 8 ? 8 : (format.depths.find((bits) => bits === facts.bitsPerSample) ?? depth),
    ...beyondColours(own.channels, facts),
    orientation: facts.orientation ?? 1,
    metadata: { exif, icc, xmp: xmpAsString, iptc, density: densityOf(own, exif) },
    parts: (own.parts ?? []).map((part) => ({ ...part, format })),
    tag,
    compression: {
      jpegQuality: own.jpegQuality,
      chromaSubsampling,
      progressive: facts.isProgressive,
      losslessWebp: own.losslessWebp === true,
    },
    pixelLimit,
    warnings: [...warningsOf(mode, facts, own), ...(warning === undefined ? [] : [warning])],
  };
}

/** `4000 x 3000`. */
export function formatSize({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} x ${height}`;
}

const EXPECTED = `a photo (${titlesOf(PHOTO_FORMATS)})`;

interface FileStart {
  readonly format: PhotoFormat;
  readonly own: FileFacts;
}

function readStart(source: PhotoSource): Promise<FileStart> {
  const path = nameOf(source);
  return withPhotoBytes(source, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const start = buffer.subarray(0, bytesRead);
    if (bytesRead === 0) throw new FileError({ path, expected: EXPECTED, received: "an empty file" });
    const format = sniffFormat(start);
    if (!isPhotoFormat(format)) throw notAPhoto(path, format);
    const own = (await format.readFacts?.(file)) ?? {};
    if (own.isRaw === true) {
      throw notAPhoto(path, {
        ...CAMERA_RAW,
        name: "a camera raw file, or a TIFF that begins with a thumbnail",
      });
    }
    if (own.unread !== undefined) throw new FormatError({ where: path, ...own.unread });
    return { format, own };
  });
}

function notAPhoto(path: string, { name, repair }: ForeignFile): FormatError {
  return new FormatError({
    where: path,
    expected: EXPECTED,
    received: name,
    ...(repair !== undefined && { repair }),
  });
}

async function readMetadata(source: PhotoSource): Promise<Metadata> {
  try {
    return await (await imageOf(source, { limitInputPixels: false, limitInputChannels: 0 })).metadata();
  } catch (error) {
    throw new FormatError(
      {
        where: nameOf(source),
        expected: EXPECTED,
        received: `a damaged or unsupported file (${reasonOf(error)})`,
        repair:
          "If another program opens it, save it there as a JPEG, PNG or TIFF; else copy it again from its source.",
      },
      { cause: error },
    );
  }
}

/** Of the file's own structure, or of EXIF where that tells no unit. */
function densityOf({ density }: FileFacts, block: Buffer | undefined): Density | undefined {
  if (density !== undefined && density.unit !== "none") return density;
  const told = block && ExifBlock.over(block)?.density();
  return told?.unit === "none" ? (density ?? told) : (told ?? density);
}

/** What the file says of its colours beside a profile: by its format's own tag, else by EXIF. */
function colourTagOf(
  { tag, unreadColours = false }: FileFacts,
  block: Buffer | undefined,
  hasProfile: boolean,
): { tag: ColourTag | undefined; warning?: string } {
  const exif = block && ExifBlock.over(block)?.colours();
  if (tag !== undefined || hasProfile) return { tag };
  if (exif === "adobe") return { tag: { name: "EXIF", space: ADOBE_RGB, overIcc: false } };
  if (exif === "srgb" && !unreadColours) return { tag: { name: "EXIF", space: undefined, overIcc: false } };
  const unread =
    exif === "other" ? "its EXIF says that its colours are not sRGB, but not what they are" : undefined;
  const tiff = unreadColours ? "its TIFF tags of primaries and transfer are not read" : undefined;
  const what = unread ?? tiff;
  return what === undefined ? { tag } : { tag, warning: `${what}: they are taken as sRGB` };
}

/** What the channels after the colours are: a TIFF says it of each, elsewhere one is alpha. */
function beyondColours(
  layout: ChannelLayout | undefined,
  { hasAlpha }: Metadata,
): Pick<PhotoHeader, "beyond" | "alphaAt" | "associatedAt"> {
  const beyond = layout?.beyond ?? (hasAlpha ? [UNASSOCIATED] : []);
  const alphaAt = beyond.findIndex((kind) => kind === ASSOCIATED || kind === UNASSOCIATED);
  const isAssociated = beyond[alphaAt] === ASSOCIATED && layout?.beyondAt !== undefined;
  return {
    beyond,
    alphaAt: alphaAt < 0 ? undefined : alphaAt,
    associatedAt: isAssociated ? layout.beyondAt + 2 * alphaAt : undefined,
  };
}
