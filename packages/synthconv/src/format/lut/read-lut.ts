import type { Lut } from "../../colour/index.js";
import { type Beginning, beginningOf } from "./beginning.js";
import { foreignFileOf } from "./foreign.js";
import { LUT_FORMATS, lutFormatOfName, UNREAD_LUT_FORMATS } from "./formats.js";
import type { LutFileFormat, LutFormat, LutPicture, LutPictureFormat } from "./lut-format.js";
import { refuse } from "./refuse.js";

export interface ReadLut {
  readonly format: LutFormat;
  readonly lut: Lut;
}

/**
 * Reads a lookup table in any of {@link LUT_FORMATS}, known by its content; where the content does not tell, the
 * extension of its name does.
 *
 * @param source the bytes of a file; of an image file, its decoded pixels.
 * @param name the file's name or path, also for messages.
 * @throws {FormatError} for a file of another kind, by its name, and for one that breaks its format, with the line.
 */
export function readLut(source: Uint8Array | LutPicture, name: string): ReadLut {
  return source instanceof Uint8Array ? readFile(source, name) : readPicture(source, name);
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

function readPicture(picture: LutPicture, name: string): ReadLut {
  const formats = LUT_FORMATS.filter((format): format is LutPictureFormat => format.source === "picture");
  // The first one says what is wrong with a picture that is no table in any order.
  const format = formats.find((one) => one.recognize(picture)) ?? (formats[0] as LutPictureFormat);
  return { format, lut: format.read(picture, name) };
}
