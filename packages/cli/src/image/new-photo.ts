import { png } from "./formats/png.js";
import type { Photo } from "./photo.js";
import { DEFAULT_PIXEL_LIMIT } from "./photo-header.js";

/**
 * A picture that comes from no file, in sRGB, to be encoded.
 *
 * @param data interleaved RGB `[height, width, 3]`; its type says how many bits a sample has.
 */
export function newPhoto(width: number, height: number, data: Uint8Array | Uint16Array): Photo {
  const depth = data instanceof Uint16Array ? 16 : 8;
  return {
    header: {
      source: "a new picture",
      format: png,
      width,
      height,
      mode: "rgb",
      depth,
      storedBits: depth,
      beyond: [],
      alphaAt: undefined,
      associatedAt: undefined,
      orientation: 1,
      metadata: { exif: undefined, icc: undefined, xmp: undefined, iptc: undefined, density: undefined },
      parts: [],
      tag: undefined,
      compression: {
        jpegQuality: undefined,
        chromaSubsampling: undefined,
        progressive: false,
        losslessWebp: false,
      },
      pixelLimit: DEFAULT_PIXEL_LIMIT,
      warnings: [],
    },
    width,
    height,
    channels: 3,
    data,
    extras: undefined,
    transform: undefined,
    icc: undefined,
    warnings: [],
  };
}
