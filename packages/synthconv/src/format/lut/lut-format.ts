/** What a format of lookup tables is: one object per format, listed in formats.ts. */
import type { Lut } from "../../colour/index.js";
import type { Beginning } from "./beginning.js";

/** Samples of a picture: whole numbers of 8 or 16 bits, or shares of 1. */
export type PicturePixels = Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array | Float64Array;

/** The decoded pixels of an image file. The library has no image codec: its caller decodes and encodes. */
export interface LutPicture {
  /** `[height,width,3]`, interleaved RGB without alpha. */
  readonly pixels: PicturePixels;
  readonly width: number;
  readonly height: number;
  /** The sample that stands for 1; by default 255 or 65535 for whole numbers of 8 or 16 bits, else 1. */
  readonly max?: number;
}

/** The tables of one kind that a format holds. */
export interface TableSizes {
  /** Nodes per axis, or of a curve, unless the caller asks for another number. */
  readonly usualSize: number;
  /** The sizes that it holds, as a message names them: `2 to 256`. */
  readonly sizes: string;
  holds(size: number): boolean;
}

/** The domains that a format can say: 0 to 1 alone (`unit`), one for all channels (`even`), or one for each (`any`). */
export type TableDomain = "unit" | "even" | "any";

/** What of a transform a format can say. */
export interface LutCarries {
  /** Lattices; absent where it holds none. */
  readonly lattice?: TableSizes;
  /** Curves alone; absent where it holds none. */
  readonly curves?: TableSizes;
  /** Whether it holds stages of every kind, in any order; absent where it does not. */
  readonly list?: true;
  /** Of curves before a lattice, the domains of both; absent where it holds no two tables. */
  readonly shaper?: TableDomain;
  /** Of one table alone. */
  readonly domain: TableDomain;
  /** The largest whole number of its values, all of them from 0 to 1; absent where they are floats of any size. */
  readonly levels?: number;
}

/** How a format is written, and what of a transform it carries. */
export interface LutWriter<Output> extends LutCarries {
  /**
   * @throws {ValueError} for a transform that the format cannot hold: see `fitLut`.
   */
  encode(lut: Lut, options: LutWriteOptions): Output;
}

export interface LutWriteOptions {
  /** Notes about where the table comes from; formats without room for notes leave them out. */
  readonly comments?: readonly string[];
}

interface LutFormatFacts {
  /** Its name in documents and programs: `cube`. */
  readonly name: string;
  /** What people call it: `.cube`, `Hald image`. */
  readonly title: string;
  /** In lower case, without the dot; the usual one first. */
  readonly extensions: readonly string[];
  /** What it holds, and whose format it is: its line in the table of docs/cli.md. */
  readonly summary: string;
  /** The filter with which ffmpeg applies its files, if there is one. */
  readonly ffmpegFilter?: "lut3d" | "haldclut";
}

/** A format whose files are text or binary their own data. */
export interface LutFileFormat extends LutFormatFacts {
  readonly source: "bytes";
  /** Whether a file that begins like this is of the format. */
  recognize(beginning: Beginning): boolean;
  /**
   * @param name what messages call the file.
   * @throws {FormatError} for a file that breaks the format.
   */
  read(bytes: Uint8Array, name: string): Lut;
  readonly write?: LutWriter<Uint8Array<ArrayBuffer>>;
}

/** A format whose files are pictures. */
export interface LutPictureFormat extends LutFormatFacts {
  readonly source: "picture";
  /** Whether the colours of the picture are a table in this format's order. */
  recognize(picture: LutPicture): boolean;
  /**
   * @param name what messages call the file.
   * @throws {FormatError} for a picture that is no table in this format's order.
   */
  read(picture: LutPicture, name: string): Lut;
  readonly write?: LutWriter<LutPicture>;
}

export type LutFormat = LutFileFormat | LutPictureFormat;

export type WritableLutFormat = LutFormat & { readonly write: NonNullable<LutFormat["write"]> };

/** A format that a lattice can be written in. */
export type LatticeFormat = WritableLutFormat & { readonly write: { readonly lattice: TableSizes } };
