/** What the outputs of a folder are called: as their photos, but for those that are written in another format. */
import { displayPath, pathFromBytes } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { containerOfName, isClipName, usualContainer } from "../../clip/containers.js";
import type { FoundPhoto } from "../../image/find-photos.js";
import { png } from "../../image/formats/png.js";
import type { PhotoFormat } from "../../image/photo-format.js";
import { formatOfName, isWritable } from "../../image/photo-formats.js";

export interface NamedOutput extends FoundPhoto {
  readonly warning?: string;
}

/**
 * A photo in another format than its name says gets that extension: `a.png` for `a.gif`, or, beside a photo of that
 * name, `a.gif.png`.
 *
 * @param asked for all; by default each keeps its own, and a GIF becomes a PNG, with a warning.
 */
export function namedOutputs(photos: readonly FoundPhoto[], asked?: PhotoFormat): NamedOutput[] {
  const taken = new Set(photos.map(({ relative }) => keyOf(relative)));
  return photos.map((photo) => {
    if (isClipName(photo.relative)) return namedClip(photo, taken);
    const own = formatOfName(displayPath(photo.relative));
    const format = asked ?? (own === undefined || isWritable(own) ? own : png);
    if (format === own || format === undefined) return photo;
    const extension = `.${format.extensions[0]}`;
    const short = withExtension(photo.relative, own !== undefined, extension);
    const relative = taken.has(keyOf(short)) ? append(photo.relative, extension) : short;
    taken.add(keyOf(relative));
    const warning = refusalOf(own, asked);
    return { ...photo, relative, ...(warning !== undefined && { warning }) };
  });
}

/** A clip keeps its container, or becomes Matroska, which holds whatever it holds. */
function namedClip(clip: FoundPhoto, taken: Set<string>): NamedOutput {
  if (containerOfName(clip.relative) !== undefined) return clip;
  const { title, extensions } = usualContainer(clip.relative);
  const short = withExtension(clip.relative, true, `.${extensions[0]}`);
  const relative = taken.has(keyOf(short)) ? append(clip.relative, `.${extensions[0]}`) : short;
  taken.add(keyOf(relative));
  return { ...clip, relative, warning: `it is written as ${title}: its own container is not written` };
}

/** Why a photo is not written in its own format, where nobody asked for another. */
export function refusalOf(own: PhotoFormat | undefined, asked: PhotoFormat | undefined): string | undefined {
  if (asked !== undefined || own?.refusal === undefined) return undefined;
  return `it is written as a ${png.title}: a ${own.title} ${own.refusal}`;
}

function withExtension(path: FilePath, hasOne: boolean, extension: string): FilePath {
  if (!hasOne) return append(path, extension);
  const bytes = Buffer.from(path);
  return append(pathFromBytes(bytes.subarray(0, bytes.lastIndexOf("."))), extension);
}

function append(path: FilePath, text: string): FilePath {
  return pathFromBytes(Buffer.concat([Buffer.from(path), Buffer.from(text)]));
}

function keyOf(path: FilePath): string {
  return Buffer.from(path).toString("latin1");
}
