/** An ICC profile that says what another tag says, so that every format and every reader knows the colours. */
import type { Formula } from "synthconv/internal";
import type { FormulaSpace } from "./colour-tag.js";

const HEADER_BYTES = 128;

/** A matrix-and-curve display profile, version 4.4 (ICC.1:2022, sections 7, 8.3, 9.2 and 10). */
export function iccProfileOf({ name, matrix, formula }: FormulaSpace): Buffer {
  const column = (index: number): Buffer => xyz([0, 3, 6].map((row) => matrix[row + index] as number));
  const curve = parametricCurve(formula);
  const tags: readonly (readonly [signature: string, data: Buffer])[] = [
    ["desc", localized(name)],
    ["cprt", localized("No copyright: facts only")],
    ["wtpt", xyz(D50)],
    ["rXYZ", column(0)],
    ["gXYZ", column(1)],
    ["bXYZ", column(2)],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  const parts: Buffer[] = [];
  let end = HEADER_BYTES + table.length;
  const places = new Map<Buffer, number>();
  tags.forEach(([signature, data], index) => {
    const offset = places.get(data) ?? end;
    if (!places.has(data)) {
      places.set(data, offset);
      const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
      parts.push(padded);
      end += padded.length;
    }
    table.write(signature, 4 + 12 * index, "latin1");
    table.writeUInt32BE(offset, 8 + 12 * index);
    table.writeUInt32BE(data.length, 12 + 12 * index);
  });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(end, 0);
  header.writeUInt32BE(0x04400000, 8);
  header.write("mntrRGB XYZ ", 12, "latin1");
  // A fixed date: the same photo gives the same bytes.
  [2026, 1, 1].forEach((part, index) => {
    header.writeUInt16BE(part, 24 + 2 * index);
  });
  header.write("acsp", 36, "latin1");
  xyz(D50).copy(header, 68, 8);
  return Buffer.concat([header, table, ...parts]);
}

const D50: readonly number[] = [0.9642, 1, 0.8249];

function xyz(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write("XYZ ", "latin1");
  values.forEach((value, index) => {
    bytes.writeInt32BE(fixed(value), 8 + 4 * index);
  });
  return bytes;
}

/** Function type 0 for a plain power, 3 for one with a straight foot (section 10.18). */
function parametricCurve({ g, a, b, c, d }: Formula): Buffer {
  const isPower = a === 1 && b === 0 && d === 0;
  const parameters = isPower ? [g] : [g, a, b, c, d];
  const bytes = Buffer.alloc(12 + 4 * parameters.length);
  bytes.write("para", "latin1");
  bytes.writeUInt16BE(isPower ? 0 : 3, 8);
  parameters.forEach((value, index) => {
    bytes.writeInt32BE(fixed(value), 12 + 4 * index);
  });
  return bytes;
}

/** multiLocalizedUnicodeType with one record (section 10.15). */
function localized(text: string): Buffer {
  const head = Buffer.alloc(28);
  head.write("mluc", "latin1");
  head.writeUInt32BE(1, 8);
  head.writeUInt32BE(12, 12);
  head.write("enUS", 16, "latin1");
  head.writeUInt32BE(2 * text.length, 20);
  head.writeUInt32BE(28, 24);
  return Buffer.concat([head, Buffer.from(text, "utf16le").swap16()]);
}

/** s15Fixed16Number, within its range. */
function fixed(value: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(value * 65_536)));
}
