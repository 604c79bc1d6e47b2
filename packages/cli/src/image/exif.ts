/**
 * The little of EXIF that pixels depend on, read and changed in place: everything else in the block stays as
 * it is, byte for byte. Structure: TIFF 6.0, section 2; tags: Exif 2.32 (CIPA DC-008), section 4.6.
 */

const ORIENTATION = 0x0112;
const EXIF_FOLDER = 0x8769;
const INTEROPERABILITY_FOLDER = 0xa005;
const INTEROPERABILITY_INDEX = 0x0001;
const COLOUR_SPACE = 0xa001;

const UNCALIBRATED = 0xffff;
const TYPE_SHORT = 3;

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
    const start = block.subarray(0, 6).toString("latin1") === "Exif\0\0" ? 6 : 0;
    const magic = block.subarray(start, start + 4).toString("latin1");
    if (magic !== "II*\0" && magic !== "MM\0*") return undefined;
    if (block.length < start + 8) return undefined;
    const littleEndian = magic.startsWith("I");
    const firstFolder = littleEndian ? block.readUInt32LE(start + 4) : block.readUInt32BE(start + 4);
    const exif = new ExifBlock(Buffer.from(block), start, littleEndian, firstFolder);
    return exif.#folderSize(firstFolder) === undefined ? undefined : exif;
  }

  /**
   * Whether a camera says "Adobe RGB" the way of DCF 2.0 (section 5.2.2): an uncalibrated colour space with
   * the interoperability index R03. Such files carry no ICC profile.
   */
  saysAdobeRgb(): boolean {
    const exifFolder = this.#pointer(this.#firstFolder, EXIF_FOLDER);
    if (exifFolder === undefined) return false;
    const colourSpace = this.#entry(exifFolder, COLOUR_SPACE);
    if (colourSpace === undefined || this.#uint16(colourSpace + 8) !== UNCALIBRATED) return false;
    const interoperability = this.#pointer(exifFolder, INTEROPERABILITY_FOLDER);
    if (interoperability === undefined) return false;
    const index = this.#entry(interoperability, INTEROPERABILITY_INDEX);
    return index !== undefined && this.bytes.toString("latin1", index + 8, index + 11) === "R03";
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
    return this.#littleEndian ? this.bytes.readUInt32LE(entry + 8) : this.bytes.readUInt32BE(entry + 8);
  }

  #uint16(position: number): number {
    return this.#littleEndian ? this.bytes.readUInt16LE(position) : this.bytes.readUInt16BE(position);
  }

  #writeUint16(position: number, value: number): void {
    if (this.#littleEndian) this.bytes.writeUInt16LE(value, position);
    else this.bytes.writeUInt16BE(value, position);
  }
}
