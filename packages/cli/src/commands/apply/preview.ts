/** `--preview`: one frame of a clip under the look, to see it before the whole clip is made. */
import { displayPath, folderOf, makeFolder } from "synthconv/internal/node";
import { isClipName } from "../../clip/containers.js";
import { gradeFrame, PREVIEW_CODEC } from "../../clip/grade-frame.js";
import type { CommandContext } from "../../frame/command.js";
import { UsageError } from "../../frame/failure.js";
import { checkOutput } from "../../frame/output-file.js";
import { encodePhoto } from "../../image/encode-photo.js";
import { png } from "../../image/formats/png.js";
import { formatOfName } from "../../image/photo-formats.js";
import { pathFields } from "../../report/path-fields.js";
import type { ClipWork } from "./apply-clip.js";

/**
 * @returns the fields of --json.
 * @throws {UsageError} where it is not about one clip, or the picture is to be no PNG.
 * @throws {CommandError} when ffmpeg cannot read the frame.
 */
export async function writePreview(
  operands: readonly string[],
  picture: string,
  work: ClipWork,
  { force, context }: { readonly force: boolean; readonly context: CommandContext },
): Promise<object> {
  const [clip = ""] = operands;
  if (operands.length !== 1 || formatOfName(clip) !== undefined) {
    const received = operands.length === 1 ? displayPath(clip) : `${operands.length} operands`;
    throw new UsageError(`--preview: expected one clip, received ${received}`);
  }
  if (formatOfName(picture) !== png || isClipName(picture)) {
    throw new UsageError(`--preview: expected a name that ends with .png, received ${displayPath(picture)}`);
  }
  await checkOutput(picture, { force, inputs: operands });
  const { out, signal } = context;
  const { ffmpeg, facts } = await work.open(clip, PREVIEW_CODEC.encoders);
  const photo = await gradeFrame(facts, { ...work, ffmpeg, signal });
  await makeFolder(folderOf(picture));
  await encodePhoto(photo, picture, { format: png, signal });
  out.print(`the frame at ${work.settings.start} s written to ${picture}`);
  const { width, height } = photo;
  return {
    ...pathFields("input", clip),
    ...pathFields("preview", picture),
    time: work.settings.start,
    width,
    height,
  };
}
