import { displayPath } from "synthconv/internal/node";
/** A photo's samples as the format to be written holds them. */

import { ValueError } from "synthconv/look";
import type { FilePath } from "synthconv/node";
import { joinChannels } from "./channels.js";
import type { Photo } from "./photo.js";
import type { PhotoFormat } from "./photo-format.js";
import { titlesOf, WRITABLE_PHOTO_FORMATS } from "./photo-formats.js";
import type { PhotoHeader } from "./photo-header.js";
import type { Samples } from "./plain-tiff.js";

export interface FittedSamples {
  readonly samples: Samples;
  /** Bits of a sample in the file. */
  readonly storedBits: number;
}

/**
 * Drops what the format cannot hold, with a warning, and rounds to the bits that it has.
 *
 * @throws {ValueError} when it holds no transparency, the photo has some, and `dropAlpha` is not set.
 */
export function fitSamples(
  photo: Photo,
  format: PhotoFormat,
  path: FilePath,
  dropAlpha: boolean,
  warnings: string[],
): FittedSamples {
  let samples = withExtras(photo, format, warnings) ?? withoutAlpha(photo, format, path, dropAlpha);
  if (samples.data instanceof Uint16Array && Math.max(...format.depths) === 8) {
    samples = to8Bits(samples);
    warnings.push(`${format.title} holds 8 bits per sample: 16 bits are rounded to them`);
  }
  if (!(samples.data instanceof Uint16Array)) return { samples, storedBits: 8 };
  const storedBits = bitsFor(format, photo.header);
  return { samples: storedBits < 16 ? squeezeBits(samples, storedBits) : samples, storedBits };
}

/** All channels in their places, where there are any beyond alpha and the format holds them. */
function withExtras(photo: Photo, format: PhotoFormat, warnings: string[]): Samples | undefined {
  const { extras, width, height, header } = photo;
  if (extras === undefined) return undefined;
  if (format.holdsExtras !== true) {
    const count = extras.length / (width * height);
    const what =
      count === 1 ? "an extra channel (a saved selection)" : `${count} extra channels (saved selections)`;
    const keepers = titlesOf(WRITABLE_PHOTO_FORMATS.filter(({ holdsExtras }) => holdsExtras));
    warnings.push(`it has ${what}, kept in ${keepers} only and dropped in ${format.title}`);
    return undefined;
  }
  const data = joinChannels(photo, header.alphaAt);
  return { width, height, channels: data.length / (width * height), data };
}

function withoutAlpha(photo: Photo, format: PhotoFormat, path: FilePath, dropAlpha: boolean): Samples {
  if (photo.channels === 3 || format.holdsAlpha) return photo;
  if (!dropAlpha && !isOpaque(photo)) {
    const withAlpha = WRITABLE_PHOTO_FORMATS.filter(({ holdsAlpha }) => holdsAlpha);
    throw new ValueError({
      where: displayPath(path),
      expected: "a format with transparency, because the photo has some",
      received: format.title,
      repair: `Write ${titlesOf(withAlpha)}, or drop the transparency with --drop-alpha.`,
    });
  }
  const { width, height, data } = photo;
  const colours =
    data instanceof Uint16Array ? new Uint16Array(3 * width * height) : new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    colours[to] = data[from] as number;
    colours[to + 1] = data[from + 1] as number;
    colours[to + 2] = data[from + 2] as number;
  }
  return { width, height, channels: 3, data: colours };
}

function isOpaque({ data }: Photo): boolean {
  const opaque = data instanceof Uint16Array ? 65_535 : 255;
  for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] !== opaque) return false;
  return true;
}

/** Rounded to the nearest: dithering would add noise that the compression then spends its bits on. */
function to8Bits(samples: Samples): Samples {
  const data = new Uint8Array(samples.data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round((samples.data[i] as number) / 257);
  return { ...samples, data };
}

/** As many as the source had, where the format stores them; else the most that it stores. */
function bitsFor({ depths }: PhotoFormat, { storedBits }: PhotoHeader): number {
  return storedBits > 8 && depths.includes(storedBits) ? storedBits : Math.max(...depths);
}

/** The inverse of what decoding does to 10 and 12 bits: the library drops the low bits instead of rounding. */
function squeezeBits(samples: Samples, bits: number): Samples {
  const white = 2 ** bits - 1;
  const shift = 16 - bits;
  const data = new Uint16Array(samples.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.round(((samples.data[i] as number) * white) / 65_535) << shift;
  }
  return { ...samples, data };
}
