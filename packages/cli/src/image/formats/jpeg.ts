import { jpegWith, MAX_EXIF_BYTES, MAX_IPTC_BYTES, MAX_XMP_BYTES } from "../containers/jpeg.js";
import { readJpegFacts } from "../facts/jpeg.js";
import type { PhotoFormat } from "../photo-format.js";
import { USUAL_QUALITY } from "./usual-quality.js";

export const jpeg: PhotoFormat = {
  name: "jpeg",
  title: "JPEG",
  extensions: ["jpg", "jpeg", "jpe", "jfif"],
  holdsAlpha: false,
  depths: [8],
  longestSide: 65_535,
  maxExifBytes: MAX_EXIF_BYTES,
  maxXmpBytes: MAX_XMP_BYTES,
  maxIptcBytes: MAX_IPTC_BYTES,
  recognize: (start) => start.startsWith("\xff\xd8\xff"),
  readFacts: readJpegFacts,
  write: {
    usualQuality: USUAL_QUALITY,
    encode(image, { quality, source, compression: { jpegQuality = 0, chromaSubsampling, progressive } }) {
      return image.jpeg({
        quality: quality ?? Math.max(USUAL_QUALITY, jpegQuality),
        // The library writes these two; colour that is stored finer than 4:2:0 is not made coarser.
        chromaSubsampling: source === jpeg && chromaSubsampling === "4:2:0" ? "4:2:0" : "4:4:4",
        progressive: source === jpeg && progressive,
      });
    },
    complete: jpegWith,
  },
};
