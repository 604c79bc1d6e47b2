/**
 * TFRecord framing (tensorflow.org/tutorials/load_data/tfrecord, section "TFRecords format details"): for each
 * record a 64-bit little-endian length, the masked CRC-32C of these eight bytes, the bytes, and their masked
 * CRC-32C. A writer that is killed leaves at most its last record unfinished, and a reader can tell.
 */
import { FormatError } from "../../core/index.js";
import { crc32c } from "../crc32c.js";

const LENGTH_BYTES = 8;
const CRC_BYTES = 4;
const HEADER_BYTES: number = LENGTH_BYTES + CRC_BYTES;
// Of TFRecord: a checksum of bytes that contain their own checksum would be weak, so it is rotated and shifted.
const MASK_DELTA = 0xa282ead8;

/** One whole record of a file. */
export interface FramedRecord {
  readonly bytes: Uint8Array;
  /** The position behind it in the file. */
  readonly end: number;
}

export interface FramedRecords {
  readonly records: readonly FramedRecord[];
  /** Bytes behind the last whole record: what a crash left of one more. */
  readonly tornBytes: number;
}

/** The record in its frame. */
export function frameRecord(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(HEADER_BYTES + bytes.length + CRC_BYTES);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(LENGTH_BYTES, maskedCrc(framed.subarray(0, LENGTH_BYTES)), true);
  framed.set(bytes, HEADER_BYTES);
  view.setUint32(HEADER_BYTES + bytes.length, maskedCrc(bytes), true);
  return framed;
}

/**
 * The records of a file, as views of its bytes. A last record that is not whole is left out: cut short, not all
 * of it on the disk, or nothing but the zeros with which file systems extend a file before its bytes arrive.
 *
 * @param name what messages call the file.
 * @throws {FormatError} when a record before the last one is damaged, or the file is none of this kind.
 */
export function readFramedRecords(file: Uint8Array, name: string): FramedRecords {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: FramedRecord[] = [];
  let start = 0;
  while (file.length - start >= HEADER_BYTES) {
    const header = file.subarray(start, start + LENGTH_BYTES);
    if (view.getUint32(start + LENGTH_BYTES, true) !== maskedCrc(header)) {
      if (file.subarray(start).every((byte) => byte === 0)) break;
      throw damaged(name, records.length, start, "a length that fits its checksum");
    }
    const dataStart = start + HEADER_BYTES;
    const end = BigInt(dataStart) + view.getBigUint64(start, true) + BigInt(CRC_BYTES);
    if (end > file.length) break;
    const dataEnd = Number(end) - CRC_BYTES;
    const bytes = file.subarray(dataStart, dataEnd);
    if (view.getUint32(dataEnd, true) !== maskedCrc(bytes)) {
      if (Number(end) === file.length) break;
      throw damaged(name, records.length, start, "bytes that fit their checksum");
    }
    records.push({ bytes, end: Number(end) });
    start = Number(end);
  }
  return { records, tornBytes: file.length - start };
}

function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

function damaged(name: string, record: number, start: number, expected: string): FormatError {
  return new FormatError({
    where: `${name}, record ${record + 1} at byte ${start}`,
    expected,
    received: "another one",
    repair: "The file is damaged, or no event file.",
  });
}
