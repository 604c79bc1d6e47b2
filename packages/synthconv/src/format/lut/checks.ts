/** What the functions of lookup table files take. */
import {
  ABOVE_ZERO,
  checkOptions,
  type Fields,
  type Kind,
  kind,
  listOf,
  optional,
  ShapeError,
  STRING,
  whole,
} from "../../core/index.js";
import type { LutPicture, LutWriteOptions, PicturePixels } from "./lut-format.js";

const PIXELS: Kind<PicturePixels> = kind(
  "a Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array or Float64Array",
  (value) =>
    [Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array, Float64Array].some(
      (type) => value instanceof type,
    ),
);

export const WRITE_OPTIONS: Fields<LutWriteOptions> = {
  comments: optional(listOf(STRING, "a list of strings")),
};

const PICTURE: Fields<LutPicture> = {
  pixels: PIXELS,
  width: whole(1),
  height: whole(1),
  max: optional(ABOVE_ZERO),
};

const asPicture = (value: unknown): string | undefined => {
  if (typeof value === "string") return "Pass the bytes of the file, or the decoded pixels of a picture.";
  return value instanceof ArrayBuffer ? "Write new Uint8Array(buffer)." : undefined;
};

/**
 * @param name what messages call the file.
 * @throws {ValueError} when it is no picture.
 * @throws {ShapeError} when the pixels do not fill the size.
 */
export function checkPicture(where: string, picture: LutPicture, name: string): void {
  checkOptions(where, picture, PICTURE, { name: "source", repair: asPicture });
  const { pixels, width, height } = picture;
  const values = 3 * width * height;
  if (pixels.length === values) return;
  throw new ShapeError({
    where: name,
    expected: `${values} numbers for ${width} x ${height} RGB pixels`,
    received: String(pixels.length),
    ...(pixels.length === 4 * width * height && { repair: "Leave the alpha out." }),
  });
}
