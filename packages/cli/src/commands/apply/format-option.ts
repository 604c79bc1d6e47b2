import { Option } from "commander";
import { alternatives } from "../../alternatives.js";
import { UsageError } from "../../frame/failure.js";
import type { WritablePhotoFormat } from "../../image/photo-format.js";
import { formatOfName, isWritable, WRITABLE_PHOTO_FORMATS } from "../../image/photo-formats.js";

const NAMES = alternatives(WRITABLE_PHOTO_FORMATS.map(({ name }) => name));

/** A format by its name or by an extension. */
export function formatOption(): Option {
  const help = "of the outputs (default: what a photo's name says)";
  const names = WRITABLE_PHOTO_FORMATS.map(({ name }) => name);
  // The parser after the choices: extensions do as well.
  return new Option("--format <name>", help).choices(names).argParser(parseFormat);
}

function parseFormat(text: string): WritablePhotoFormat {
  const asked = text.toLowerCase();
  const format = WRITABLE_PHOTO_FORMATS.find(({ name }) => name === asked) ?? formatOfName(`x.${asked}`);
  if (format !== undefined && isWritable(format)) return format;
  throw new UsageError(`--format: expected ${NAMES}, received ${JSON.stringify(text)}`);
}
