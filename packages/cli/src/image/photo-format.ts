/** What a format of photo files is: one object per format, listed in photo-formats.ts. */

import type { Sharp } from "sharp";
import type { Density } from "./density.js";
import type { FileFacts } from "./facts/file-facts.js";
import type { ReadableBytes } from "./photo-source.js";

/** How a file is compressed, for writing it again in the same manner. */
export interface PhotoCompression {
  /** The libjpeg quality, estimated from the tables of a JPEG. */
  readonly jpegQuality: number | undefined;
  /** `4:2:0`, `4:4:4`, ... */
  readonly chromaSubsampling: string | undefined;
  readonly progressive: boolean;
  readonly losslessWebp: boolean;
}

/** A file that is no photo we read. */
export interface ForeignFile {
  /** `a PDF document`. */
  readonly name: string;
  readonly repair?: string;
}

/** What a photo is, for the format that encodes it. */
export interface EncodeRequest {
  readonly width: number;
  readonly height: number;
  /** Of the samples that are written: colours, alpha and saved selections. */
  readonly channels: number;
  /** 1 to 100, where the caller names one. */
  readonly quality: number | undefined;
  /** Bits per sample in the new file. */
  readonly storedBits: number;
  /** Of the file that the photo was read from; `source` is its format. */
  readonly compression: PhotoCompression;
  readonly source: PhotoFormat;
}

/** What an encoded file is to say beside its pixels. */
export interface Additions {
  /** A TIFF structure, without `Exif\0\0`. */
  readonly exif: Buffer | undefined;
  readonly icc: Buffer | undefined;
  readonly xmp: string | undefined;
  /** IPTC-NAA records. */
  readonly iptc: Buffer | undefined;
  readonly density: Density | undefined;
  /** Parts of the format itself, whole: PNG chunks, JPEG segments. */
  readonly parts: readonly Buffer[];
  /** TIFF's kinds of the channels beyond the colours. */
  readonly beyond: readonly number[];
  readonly width: number;
  readonly height: number;
}

export interface PhotoWriter {
  /** Of 100, where the caller names no quality; undefined for formats without one. */
  readonly usualQuality?: number;
  encode(image: Sharp, request: EncodeRequest): Sharp;
  /** Whether the image library has to write the metadata with the pixels: `complete` cannot lay them into the file. */
  encodesMetadata?(request: EncodeRequest): boolean;
  /**
   * Lays metadata into an encoded file.
   *
   * @param warnings receives a sentence for each addition that the file has no room for.
   */
  complete(file: Buffer, additions: Additions, warnings: string[]): Buffer | Promise<Buffer>;
}

export interface PhotoFormat {
  /** Its name in documents: `jpeg`. */
  readonly name: string;
  /** What messages and people call it: `JPEG`. */
  readonly title: string;
  /** In lower case, without the dot; the usual one first. */
  readonly extensions: readonly string[];
  readonly holdsAlpha: boolean;
  /** Longest IPTC records, in bytes; undefined where it has no place for them. */
  readonly maxIptcBytes?: number;
  /** Longest EXIF, in bytes; undefined for any. */
  readonly maxExifBytes?: number;
  /** Channels that are neither colour nor alpha. */
  readonly holdsExtras?: boolean;
  /** Several pictures in one file are pages, not frames of a film. */
  readonly holdsPages?: boolean;
  /** Bits per sample that it can store. */
  readonly depths: readonly number[];
  /** Longest side, in pixels. */
  readonly longestSide: number;
  /** Longest XMP, in bytes; undefined for any. */
  readonly maxXmpBytes?: number;
  /** @param start the file's first bytes, one character per byte. */
  recognize(start: string): boolean;
  /** What a file says of itself that the image library does not tell. */
  readFacts?(file: ReadableBytes): Promise<FileFacts>;
  readonly write?: PhotoWriter;
  /** Why it is not written. */
  readonly refusal?: string;
}

export type WritablePhotoFormat = PhotoFormat & { readonly write: PhotoWriter };
