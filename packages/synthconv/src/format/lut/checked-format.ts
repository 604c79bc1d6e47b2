/** Formats are objects that programs may call: their arguments are checked here, for all of them. */
import { checkLut } from "../../colour/index.js";
import { BYTES, check, checkOptions, STRING } from "../../core/index.js";
import { checkPicture, WRITE_OPTIONS } from "./checks.js";
import type { LutFileFormat, LutFormat, LutPictureFormat, LutWriter } from "./lut-format.js";

export function checkedFormat(format: LutFormat): LutFormat {
  return format.source === "bytes" ? checkedFile(format) : checkedPicture(format);
}

function checkedFile(format: LutFileFormat): LutFileFormat {
  const where = `${format.name} read`;
  return {
    ...format,
    read(bytes, name) {
      check(where, "bytes", bytes, BYTES);
      check(where, "name", name, STRING);
      return format.read(bytes, name);
    },
    ...(format.write && { write: checkedWriter(format.name, format.write) }),
  };
}

function checkedPicture(format: LutPictureFormat): LutPictureFormat {
  const where = `${format.name} read`;
  return {
    ...format,
    read(picture, name) {
      check(where, "name", name, STRING);
      checkPicture(where, picture, name);
      return format.read(picture, name);
    },
    ...(format.write && { write: checkedWriter(format.name, format.write) }),
  };
}

function checkedWriter<Output>(name: string, writer: LutWriter<Output>): LutWriter<Output> {
  const where = `${name} encode`;
  return {
    ...writer,
    encode(lut, options) {
      checkLut(where, lut);
      checkOptions(where, options, WRITE_OPTIONS);
      return writer.encode(lut, options);
    },
  };
}
