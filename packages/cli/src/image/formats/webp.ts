import { webpWith } from "../containers/webp.js";
import { readWebpFacts } from "../facts/webp.js";
import type { PhotoFormat } from "../photo-format.js";
import { USUAL_QUALITY } from "./usual-quality.js";

export const webp: PhotoFormat = {
  name: "webp",
  title: "WebP",
  extensions: ["webp"],
  holdsAlpha: true,
  depths: [8],
  longestSide: 16_383,
  recognize: (start) => start.startsWith("RIFF") && start.slice(8, 12) === "WEBP",
  readFacts: readWebpFacts,
  write: {
    usualQuality: USUAL_QUALITY,
    encode: (image, { quality, compression: { losslessWebp } }) =>
      quality === undefined && losslessWebp
        ? image.webp({ lossless: true, exact: true })
        : image.webp({ quality: quality ?? USUAL_QUALITY, smartSubsample: true, exact: true }),
    complete: webpWith,
  },
};
