/**
 * The coverage of a look, 4,096 bits, as the lengths of its runs: photos fill regions of the colours, and a run takes a few
 * bits. Lengths are Elias gamma codes (P. Elias 1975): as many zeros as the length has bits after its first, then the length.
 */
import { FormatError } from "../../core/errors.js";
import type { Coverage } from "../coverage.js";
import { BitReader, BitWriter, type ByteReader, type ByteWriter } from "./bytes.js";

const CELLS = 4096;
const BYTES = CELLS / 8;

/** @param coverage as the schema demands. */
export function writeCoverage(to: ByteWriter, { cells }: Coverage): void {
  const bytes = Uint8Array.from(atob(cells), (character) => character.charCodeAt(0));
  const bit = (cell: number): number => ((bytes[cell >> 3] as number) >> (cell & 7)) & 1;
  const packed = new BitWriter(to);
  packed.write(bit(0), 1);
  for (let cell = 0, start = 0; cell < CELLS; start = cell) {
    while (cell < CELLS && bit(cell) === bit(start)) cell++;
    const length = cell - start;
    const bits = 32 - Math.clz32(length);
    packed.write(length, 2 * bits - 1);
  }
  packed.end();
}

/** @throws {FormatError} when the runs are not those of 4,096 cells. */
export function readCoverage(from: ByteReader): Coverage {
  const packed = new BitReader(from);
  const bytes = new Uint8Array(BYTES);
  let isSeen = packed.read(1) === 1;
  for (let cell = 0; cell < CELLS; isSeen = !isSeen) {
    const end = cell + readLength(packed);
    if (end > CELLS) refuse();
    for (; cell < end; cell++) {
      if (isSeen) bytes[cell >> 3] = (bytes[cell >> 3] as number) | (1 << (cell & 7));
    }
  }
  return { cells: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
}

function readLength(packed: BitReader): number {
  let zeros = 0;
  while (packed.read(1) === 0) if (++zeros > 12) refuse();
  return (1 << zeros) | packed.read(zeros);
}

function refuse(): never {
  throw new FormatError({
    where: "link",
    expected: `runs of ${CELLS} cells of the coverage`,
    received: "longer ones",
  });
}
