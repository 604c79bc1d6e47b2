/** Pixels as a photo's file, with the metadata of the photo that they were. */
import { FormatError } from "synthconv/look";
import { writeMetadata } from "./containers.js";
import { isSrgb, type Metadata } from "./metadata.js";
import { uprightExif, uprightXmp } from "./upright.js";

export interface EncodeOptions {
  /** `image/jpeg` or `image/png`, as `outputFormatOf` chooses. */
  readonly type: string;
  /** Of a JPEG, 0 to 1. */
  readonly quality: number;
  readonly metadata: Metadata;
  /** The container that the metadata come from. */
  readonly from: string | undefined;
}

export interface EncodedPhoto {
  readonly blob: Blob;
  readonly extension: string;
}

/** JPEG and PNG stay what they are; what may be transparent becomes PNG, all else JPEG. */
export function outputFormatOf(type: string | undefined, hasAlpha: boolean): string {
  if (type === "image/png" || type === "image/jpeg") return type;
  return hasAlpha ? "image/png" : "image/jpeg";
}

/**
 * @param pixels interleaved RGBA of 8 bits, sRGB.
 * @throws {FormatError} when the browser does not encode it.
 */
export async function encodePhoto(
  pixels: Uint8ClampedArray<ArrayBuffer>,
  { width, height }: { readonly width: number; readonly height: number },
  { type, quality, metadata, from }: EncodeOptions,
): Promise<EncodedPhoto> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d", { colorSpace: "srgb" })?.putImageData(new ImageData(pixels, width, height), 0, 0);
  const plain = await canvas.convertToBlob({ type, quality }).catch(() => undefined);
  // A browser that knows no such encoder gives a PNG.
  if (plain === undefined || plain.type !== type) {
    throw new FormatError({
      where: "photo",
      expected: `${width} x ${height} pixels encoded as ${type}`,
      received: "nothing of the browser",
      repair: "Close other tabs, or use a smaller photo.",
    });
  }
  const bytes = new Uint8Array(await plain.arrayBuffer());
  const carried = await writeMetadata(bytes, {
    metadata: carriedMetadata(metadata, { width, height }),
    from: from ?? "",
  });
  return { blob: new Blob([carried], { type }), extension: type === "image/png" ? "png" : "jpg" };
}

/** The photo is upright and in sRGB now: its orientation is 1, and a profile of another space would be wrong. */
export function carriedMetadata(
  { exif, xmp, icc, ...rest }: Metadata,
  size: { readonly width: number; readonly height: number },
): Metadata {
  return {
    ...rest,
    exif: exif && uprightExif(exif, size),
    xmp: xmp && uprightXmp(xmp),
    icc: icc !== undefined && isSrgb(icc) ? icc : undefined,
  };
}
