import { pngWith } from "../containers/png.js";
import { readPngFacts } from "../facts/png.js";
import type { PhotoFormat } from "../photo-format.js";

export const png: PhotoFormat = {
  name: "png",
  title: "PNG",
  extensions: ["png"],
  holdsAlpha: true,
  depths: [8, 16],
  longestSide: 2 ** 31 - 1,
  recognize: (start) => start.startsWith("\x89PNG\r\n\x1a\n"),
  readFacts: readPngFacts,
  write: {
    // Filters make photos of 6 to 24 megapixels half as large for half as much time again; sharp's default level of
    // 6 doubles the time and gains 5 % more.
    encode: (image) => image.png({ adaptiveFiltering: true, compressionLevel: 3 }),
    complete: pngWith,
  },
};
