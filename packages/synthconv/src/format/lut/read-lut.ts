import type { Lut } from "../../colour/index.js";
import { check, checkOptions, type Fields, oneOf, optional, STRING } from "../../core/index.js";
import { type Beginning, beginningOf } from "./beginning.js";
import { checkPicture } from "./checks.js";
import { foreignFileOf } from "./foreign.js";
import { LUT_FORMATS, lutFormatOfName, UNREAD_LUT_FORMATS } from "./formats.js";
import type { LutFileFormat, LutFormat, LutPicture, LutPictureFormat } from "./lut-format.js";
import { refuse } from "./refuse.js";

export interface ReadLut {
  readonly format: LutFormat;
  readonly lut: Lut;
}

export interface ReadLutOptions {
  /** Of a picture whose content does not tell its format: the name of the format, `hald` or `tiles`. */
  readonly layout?: string;
}

const PICTURE_FORMATS = LUT_FORMATS.filter(
  (format): format is LutPictureFormat => format.source === "picture",
);
const OPTIONS: Fields<ReadLutOptions> = { layout: optional(oneOf(PICTURE_FORMATS.map(({ name }) => name))) };

/**
 * Reads a lookup table in any of {@link LUT_FORMATS}, known by its content; where the content does not tell, the
 * extension of its name does, and of a picture the option `layout`.
 *
 * @param source the bytes of a file; of an image file, its decoded pixels.
 * @param name the file's name or path, also for messages.
 * @throws {FormatError} for a file of another kind, by its name, and for one that breaks its format, with the line.
 * @throws {ValueError} for an argument of another kind; {ShapeError} for pixels that do not fill their size.
 */
export function readLut(
  source: Uint8Array | LutPicture,
  name: string,
  options: ReadLutOptions = {},
): ReadLut {
  check("readLut", "name", name, STRING);
  checkOptions("readLut", options, OPTIONS);
  if (source instanceof Uint8Array) return readFile(source, name);
  checkPicture("readLut", source, name);
  return readPicture(source, name, options);
}

function readFile(bytes: Uint8Array, name: string): ReadLut {
  const formats = LUT_FORMATS.filter((format): format is LutFileFormat => format.source === "bytes");
  const beginning = beginningOf(bytes);
  const format = formats.find((one) => one.recognize(beginning)) ?? formatByName(formats, beginning, name);
  return { format, lut: format.read(bytes, name) };
}

/** Of a file that no format recognizes, the reader that its name asks for says best what is wrong with it. */
function formatByName(formats: readonly LutFileFormat[], beginning: Beginning, name: string): LutFileFormat {
  const unread = UNREAD_LUT_FORMATS.find(([, matches]) => matches(beginning));
  const foreign = unread?.[0] ?? foreignFileOf(beginning);
  const format = foreign === undefined ? lutFormatOfName(name, formats) : undefined;
  if (format !== undefined) return format;
  const titles = formats.map(({ title }) => title).join(", ");
  const received = foreign ?? (beginning.bytes.length === 0 ? "an empty file" : "something else");
  refuse(name, `a LUT (${titles})`, received, "Convert it to .cube first.");
}

function readPicture(picture: LutPicture, name: string, { layout }: ReadLutOptions): ReadLut {
  const named = PICTURE_FORMATS.find((format) => format.name === layout);
  const possible = named === undefined ? PICTURE_FORMATS.filter((one) => one.recognize(picture)) : [named];
  if (possible.length > 1) refuseAmbiguous(possible, picture, name);
  // The first one says what is wrong with a picture that is no table in any order.
  const format = possible[0] ?? (PICTURE_FORMATS[0] as LutPictureFormat);
  return { format, lut: format.read(picture, name) };
}

/** Greys, say, have no colour that tells the axis of green from that of blue. */
function refuseAmbiguous(
  formats: readonly LutPictureFormat[],
  { width, height }: LutPicture,
  name: string,
): never {
  refuse(
    name,
    "a picture whose colours tell the order of its pixels",
    `${width} x ${height} pixels that are as good a ${formats.map(({ title }) => title).join(" as a ")}`,
    `Say which one it is: ${formats.map((format) => `--layout ${format.name}`).join(" or ")}.`,
  );
}
