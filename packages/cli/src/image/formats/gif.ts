import type { PhotoFormat } from "../photo-format.js";

export const gif: PhotoFormat = {
  name: "gif",
  title: "GIF",
  extensions: ["gif"],
  holdsAlpha: true,
  depths: [8],
  longestSide: 65_535,
  recognize: (start) => start.startsWith("GIF87a") || start.startsWith("GIF89a"),
  refusal: "holds 256 colours only",
};
