/** Chunks of a WebP (RFC 9649): read alone, because browsers other than Chromium do not write it. */
import { beginsWith, latin1, viewOf } from "./bytes.js";
import type { Container, Metadata } from "./metadata.js";

const EXIF_HEAD = "Exif\0\0";

export const webp: Container = {
  type: "image/webp",
  extension: "webp",
  title: "WebP",
  matches: (bytes) => beginsWith(bytes, "RIFF") && beginsWith(bytes, "WEBP", 8),

  async read(bytes): Promise<Metadata> {
    const found = new Map<string, Uint8Array>();
    const view = viewOf(bytes);
    for (let at = 12; at + 8 <= bytes.length; ) {
      const length = view.getUint32(at + 4, true);
      found.set(latin1(bytes.subarray(at, at + 4)), bytes.subarray(at + 8, at + 8 + length));
      at += 8 + length + (length & 1);
    }
    const exif = found.get("EXIF");
    return {
      // Some writers keep the head of a JPEG's segment.
      exif: exif !== undefined && beginsWith(exif, EXIF_HEAD) ? exif.subarray(EXIF_HEAD.length) : exif,
      xmp: found.get("XMP "),
      icc: found.get("ICCP"),
    };
  },
};
