/** Samples to be written, interleaved. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  /** RGB and any number of others. */
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array;
}

const TYPE_SHORT = 3;
const TYPE_LONG8 = 16;
const RGB = 2;

/** Samples as an uncompressed little-endian BigTIFF of one strip, to hand any number of channels to the image library. */
export function plainTiff({ width, height, channels, data }: Samples): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const bits = Array.from({ length: channels }, () => 8 * data.BYTES_PER_ELEMENT);
  const beyond = Array.from({ length: channels - 3 }, () => 0);
  const entries: (readonly [tag: number, type: number, values: readonly number[]])[] = [
    [256, TYPE_LONG8, [width]],
    [257, TYPE_LONG8, [height]],
    [258, TYPE_SHORT, bits],
    [259, TYPE_SHORT, [1]],
    [262, TYPE_SHORT, [RGB]],
    [273, TYPE_LONG8, [0]],
    [277, TYPE_SHORT, [channels]],
    [278, TYPE_LONG8, [height]],
    [279, TYPE_LONG8, [bytes.length]],
    [338, TYPE_SHORT, beyond],
  ];
  const folder = Buffer.alloc(8 + 20 * entries.length + 8);
  const parts: Buffer[] = [];
  let end = 16 + folder.length;
  folder.writeBigUInt64LE(BigInt(entries.length));
  entries.forEach(([tag, type, values], index) => {
    const row = 8 + 20 * index;
    folder.writeUInt16LE(tag, row);
    folder.writeUInt16LE(type, row + 2);
    folder.writeBigUInt64LE(BigInt(values.length), row + 4);
    const value = Buffer.alloc(Math.max(8, 2 * values.length));
    values.forEach((number, at) => {
      if (type === TYPE_SHORT) value.writeUInt16LE(number, 2 * at);
      else value.writeBigUInt64LE(BigInt(number));
    });
    if (value.length === 8) {
      value.copy(folder, row + 12);
    } else {
      folder.writeBigUInt64LE(BigInt(end), row + 12);
      parts.push(value);
      end += value.length;
    }
  });
  const stripRow = 8 + 20 * entries.findIndex(([tag]) => tag === 273);
  folder.writeBigUInt64LE(BigInt(end), stripRow + 12);
  const head = Buffer.from("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", "latin1");
  return Buffer.concat([head, folder, ...parts, bytes]);
}
