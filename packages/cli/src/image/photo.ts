import type { ColourTransform } from "./colour-transform.js";
import type { PhotoHeader } from "./photo-header.js";
import { nameOf } from "./photo-source.js";

/** A decoded photo. Looks are applied in place, on the first three samples of every pixel. */
export interface Photo {
  readonly header: PhotoHeader;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** RGB, or RGB and alpha. */
  readonly channels: 3 | 4;
  /** Interleaved `[height, width, channels]`; Uint8Array at 8 bits, Uint16Array at 16. Alpha is not premultiplied. */
  readonly data: Uint8Array | Uint16Array;
  /** Channels that are neither colour nor alpha (saved selections), interleaved `[height, width, E]`, upright. */
  readonly extras: Uint8Array | Uint16Array | undefined;
  /** From the photo's colours to the look's, and back; undefined where they are those already. */
  readonly transform: ColourTransform | undefined;
  /** The ICC profile to write with these pixels. */
  readonly icc: Buffer | undefined;
  /** What was lost or changed by reading it, a sentence each: those of the header and more. */
  readonly warnings: readonly string[];
}

/** Those of several photos, each with the photo's name. */
export function warningsOf(photos: readonly Photo[]): string[] {
  return photos.flatMap(({ header, warnings }) =>
    warnings.map((warning) => `${nameOf(header.source)}: ${warning}`),
  );
}
