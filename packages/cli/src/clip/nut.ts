/**
 * Frames and their times in NUT, a container that ffmpeg reads from a pipe: raw video alone would lose the times, and a
 * variable frame rate with them. The specification is ffmpeg's nut.txt, version 3; of it only what one stream of raw
 * frames needs: a header, and before each frame a point to synchronize at.
 */

/** `time` counts in units of numerator / denominator seconds. */
export interface TimeBase {
  readonly numerator: number;
  readonly denominator: number;
}

export interface NutVideo {
  readonly width: number;
  readonly height: number;
  /** Shape of a pixel, [0, 0] where it is not known. */
  readonly sampleAspect: readonly [number, number];
  readonly timeBase: TimeBase;
  /** How ffmpeg names the layout of pixels in NUT, 4 bytes. */
  readonly fourcc: Uint8Array;
}

const FILE_ID = "nut/multimedia container\0";
const MAIN = 0x4e4d7a561f5f04adn;
const STREAM = 0x4e5311405bf2f9dbn;
const SYNCPOINT = 0x4e4be4adeeca4569n;

const VERSION = 3;
// A reader looks for a point to synchronize at after so many bytes; there is one before every frame.
const MAX_DISTANCE = 65_536;
const FLAG_KEY = 1;
const FLAG_CODED_PTS = 8;
const FLAG_SIZE_MSB = 32;
const FLAG_CHECKSUM = 64;
const FRAME_FLAGS = FLAG_KEY | FLAG_CODED_PTS | FLAG_SIZE_MSB | FLAG_CHECKSUM;
const FRAME_CODE = 0;
/** Codes of frames are bytes, without that which begins every packet, N. */
const FRAME_CODES = 255;
// Times below 2^SHIFT would be taken as the low bits of one.
const PTS_SHIFT = 8;

/** What comes before the first frame. */
export function nutHeader({ width, height, sampleAspect, timeBase, fourcc }: NutVideo): Buffer {
  const bases = [1, timeBase.numerator, timeBase.denominator];
  // One row of the table of codes for all: flags, six fields (times, size, stream, ...), then how many codes share it.
  const codes = [FRAME_FLAGS, 6, 0, 1, 0, 0, 0, FRAME_CODES];
  const sharedBeginnings = [0];
  const main = [VERSION, 1, MAX_DISTANCE, ...bases, ...codes, ...sharedBeginnings].flatMap(variable);
  const stream = [
    ...[0, 0, 4].flatMap(variable),
    ...fourcc,
    ...[0, PTS_SHIFT, MAX_DISTANCE, 0, 0, 0].flatMap(variable),
    ...[width, height, ...sampleAspect, 0].flatMap(variable),
  ];
  return Buffer.concat([Buffer.from(FILE_ID), packet(MAIN, main), packet(STREAM, stream)]);
}

/**
 * What comes before the bytes of a frame.
 *
 * @param time a whole number from 0 on, in the stream's time base.
 */
export function nutFrameHeader(time: number, bytes: number): Buffer {
  const point = packet(SYNCPOINT, [...variable(time), ...variable(0)]);
  const frame = Buffer.from([FRAME_CODE, ...variable(time + 2 ** PTS_SHIFT), ...variable(bytes)]);
  return Buffer.concat([point, frame, checksumOf(frame)]);
}

function packet(startCode: bigint, payload: readonly number[]): Buffer {
  const start = Buffer.alloc(8);
  start.writeBigUInt64BE(startCode);
  const body = Buffer.from(payload);
  const checksum = checksumOf(body);
  // Packets above 4096 bytes would have a checksum of this length, too.
  const length = Buffer.from(variable(body.length + checksum.length));
  return Buffer.concat([start, length, body, checksum]);
}

/** Seven bits a byte, the highest first; the top bit says that more follow. */
function variable(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(128 + (rest % 128));
  }
  return bytes;
}

const CRC_POLYNOMIAL = 0x04c11db7;

/** CRC-32, the highest bit first, from 0 and without a complement. */
function checksumOf(bytes: Uint8Array): Buffer {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ CRC_POLYNOMIAL : crc << 1;
  }
  const checksum = Buffer.alloc(4);
  checksum.writeInt32BE(crc);
  return checksum;
}
