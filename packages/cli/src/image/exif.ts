/**
 * The little of EXIF that pixels depend on, read and changed in place: everything else in the block stays as
 * it is, byte for byte. Structure: TIFF 6.0, section 2; tags: Exif 2.32 (CIPA DC-008), section 4.6.
 */
import { type Density, densityUnit, INCH, NO_UNIT } from "./density.js";

const ORIENTATION = 0x0112;
const EXIF_FOLDER = 0x8769;
const INTEROPERABILITY_FOLDER = 0xa005;
const INTEROPERABILITY_INDEX = 0x0001;
const COLOUR_SPACE = 0xa001;

const X_RESOLUTION = 0x011a;
const Y_RESOLUTION = 0x011b;
const RESOLUTION_UNIT = 0x0128;

const SRGB = 1;
const ADOBE_RGB = 2;
const UNCALIBRATED = 0xffff;
const TYPE_SHORT = 3;
const TYPE_RATIONAL = 5;

/** A block of EXIF: `Exif\0\0` (which some containers leave out) and a TIFF structure. */
export class ExifBlock {
  readonly bytes: Buffer;
  readonly #start: number;
  readonly #littleEndian: boolean;
  readonly #firstFolder: number;

  private constructor(bytes: Buffer, start: number, littleEndian: boolean, firstFolder: number) {
    this.bytes = bytes;
    this.#start = start;
    this.#littleEndian = littleEndian;
    this.#firstFolder = firstFolder;
  }

  /** A copy of the block, open for changes; undefined where it is no EXIF. */
  static copyOf(block: Buffer): ExifBlock | undefined {
    return ExifBlock.over(Buffer.from(block));
  }

  /** The block itself, open for changes. */
  static over(block: Buffer): ExifBlock | undefined {
    const start = block.subarray(0, 6).toString("latin1") === "Exif\0\0" ? 6 : 0;
    const magic = block.subarray(start, start + 4).toString("latin1");
    if (magic !== "II*\0" && magic !== "MM\0*") return undefined;
    if (block.length < start + 8) return undefined;
    const littleEndian = magic.startsWith("I");
    const firstFolder = littleEndian ? block.readUInt32LE(start + 4) : block.readUInt32BE(start + 4);
    const exif = new ExifBlock(block, start, littleEndian, firstFolder);
    return exif.#folderSize(firstFolder) === undefined ? undefined : exif;
  }

  /**
   * What it says of its colours. Cameras say "Adobe RGB" the way of DCF 2.0 (section 5.2.2), an uncalibrated colour
   * space with the interoperability index R03, or by the value 2; such files carry no ICC profile.
   */
  colours(): "srgb" | "adobe" | "other" | undefined {
    const exifFolder = this.#pointer(this.#firstFolder, EXIF_FOLDER);
    const colourSpace = exifFolder && this.#entry(exifFolder, COLOUR_SPACE);
    if (exifFolder === undefined || colourSpace === undefined) return undefined;
    const value = this.#uint16(colourSpace + 8);
    if (value === SRGB) return "srgb";
    if (value === ADOBE_RGB) return "adobe";
    const interoperability = this.#pointer(exifFolder, INTEROPERABILITY_FOLDER);
    const index = interoperability && this.#entry(interoperability, INTEROPERABILITY_INDEX);
    const isAdobe = index !== undefined && this.bytes.toString("latin1", index + 8, index + 11) === "R03";
    return value === UNCALIBRATED && isAdobe ? "adobe" : "other";
  }

  /** The resolution; undefined where it tells none, or one that is no number. */
  density(): Density | undefined {
    const [x, y] = [X_RESOLUTION, Y_RESOLUTION].map((tag) => {
      const at = this.#rational(tag);
      return at === undefined ? Number.NaN : this.#uint32(at) / this.#uint32(at + 4);
    }) as [number, number];
    if (!(x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y))) return undefined;
    const unit = this.#entry(this.#firstFolder, RESOLUTION_UNIT);
    return { x, y, unit: densityUnit(unit === undefined ? INCH : this.#uint16(unit + 8)) };
  }

  /** Takes over the resolution of another block: one pixel a pixel without a unit where that tells none. */
  copyResolution(from: ExifBlock): void {
    for (const tag of [X_RESOLUTION, Y_RESOLUTION]) {
      const position = this.#rational(tag);
      if (position === undefined) continue;
      const source = from.#rational(tag);
      for (const part of [0, 4]) {
        this.#writeUint32(position + part, source === undefined ? 1 : from.#uint32(source + part));
      }
    }
    const unit = this.#entry(this.#firstFolder, RESOLUTION_UNIT);
    const source = from.#entry(from.#firstFolder, RESOLUTION_UNIT);
    const usual = from.#rational(X_RESOLUTION) === undefined ? NO_UNIT : INCH;
    if (unit !== undefined)
      this.#writeUint16(unit + 8, source === undefined ? usual : from.#uint16(source + 8));
  }

  /** Says that the pixels are stored upright. */
  setUpright(): void {
    const entry = this.#entry(this.#firstFolder, ORIENTATION);
    if (entry !== undefined && this.#uint16(entry + 2) === TYPE_SHORT) this.#writeUint16(entry + 8, 1);
  }

  /** Unlinks the thumbnail, which would still show the photo without its look. */
  dropThumbnail(): void {
    const size = this.#folderSize(this.#firstFolder);
    if (size === undefined) return;
    const link = this.#start + this.#firstFolder + size;
    if (link + 4 <= this.bytes.length) this.bytes.writeUInt32LE(0, link);
  }

  /** Bytes of a folder up to its link to the next one; undefined where it does not fit into the block. */
  #folderSize(folder: number): number | undefined {
    const position = this.#start + folder;
    if (folder < 8 || position + 2 > this.bytes.length) return undefined;
    const size = 2 + 12 * this.#uint16(position);
    return position + size <= this.bytes.length ? size : undefined;
  }

  /** Position of the entry (tag, type, count, value) in the block. */
  #entry(folder: number, tag: number): number | undefined {
    const size = this.#folderSize(folder);
    if (size === undefined) return undefined;
    const first = this.#start + folder + 2;
    for (let position = first; position < this.#start + folder + size; position += 12) {
      if (this.#uint16(position) === tag) return position;
    }
    return undefined;
  }

  #pointer(folder: number, tag: number): number | undefined {
    const entry = this.#entry(folder, tag);
    if (entry === undefined) return undefined;
    return this.#uint32(entry + 8);
  }

  /** Where the two numbers of a fraction lie. */
  #rational(tag: number): number | undefined {
    const entry = this.#entry(this.#firstFolder, tag);
    if (entry === undefined || this.#uint16(entry + 2) !== TYPE_RATIONAL) return undefined;
    const position = this.#start + this.#uint32(entry + 8);
    return position + 8 <= this.bytes.length ? position : undefined;
  }

  #uint16(position: number): number {
    return this.#littleEndian ? this.bytes.readUInt16LE(position) : this.bytes.readUInt16BE(position);
  }

  #writeUint16(position: number, value: number): void {
    if (this.#littleEndian) this.bytes.writeUInt16LE(value, position);
    else this.bytes.writeUInt16BE(value, position);
  }

  #uint32(position: number): number {
    return this.#littleEndian ? this.bytes.readUInt32LE(position) : this.bytes.readUInt32BE(position);
  }

  #writeUint32(position: number, value: number): void {
    if (this.#littleEndian) this.bytes.writeUInt32LE(value, position);
    else this.bytes.writeUInt32BE(value, position);
  }
}
