/** What the outputs of a folder are called: as their photos, but for formats that are not written. */
import { displayPath, pathFromBytes } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import type { FoundPhoto } from "../../image/find-photos.js";
import { png } from "../../image/formats/png.js";
import { formatOfName, isWritable } from "../../image/photo-formats.js";

export interface NamedOutput extends FoundPhoto {
  readonly warning?: string;
}

/** A GIF becomes a PNG: `a.gif` is written as `a.png`, or, beside a photo of that name, as `a.gif.png`. */
export function namedOutputs(photos: readonly FoundPhoto[]): NamedOutput[] {
  const taken = new Set(photos.map(({ relative }) => keyOf(relative)));
  return photos.map((photo) => {
    const format = formatOfName(displayPath(photo.relative));
    if (format === undefined || isWritable(format)) return photo;
    const short = withPngInPlace(photo.relative);
    const relative = taken.has(keyOf(short)) ? append(photo.relative, ".png") : short;
    taken.add(keyOf(relative));
    return {
      ...photo,
      relative,
      warning: `it is written as a ${png.title}: a ${format.title} ${format.refusal}`,
    };
  });
}

function withPngInPlace(path: FilePath): FilePath {
  const bytes = Buffer.from(path);
  return append(pathFromBytes(bytes.subarray(0, bytes.lastIndexOf("."))), ".png");
}

function append(path: FilePath, text: string): FilePath {
  return pathFromBytes(Buffer.concat([Buffer.from(path), Buffer.from(text)]));
}

function keyOf(path: FilePath): string {
  return Buffer.from(path).toString("latin1");
}
