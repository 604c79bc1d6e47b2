import { folderOf, makeFolder, writeFileAtomically } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { STREAM } from "../../frame/standard-input.js";
import { decodePhoto } from "../../image/decode-photo.js";
import { type EncodeOptions, encodePhoto, outputFormat, type WriteBytes } from "../../image/encode-photo.js";
import { png } from "../../image/formats/png.js";
import type { PhotoFormat } from "../../image/photo-format.js";
import { openPhoto, type PhotoHeader } from "../../image/photo-header.js";
import { bytesOf } from "../../image/photo-source.js";
import { sourceOf } from "../../photo-operand.js";
import { applyLook, type LookToApply } from "./apply-look.js";
import { factsOf } from "./apply-record.js";
import { type ExistingRule, hasBytes, judgeExisting } from "./existing-output.js";
import { refusalOf } from "./output-names.js";
import type { PlannedPhoto } from "./plan.js";

export interface ApplySettings {
  /** Undefined for a look that leaves every colour as it is: then the photo is copied. */
  readonly look: LookToApply | undefined;
  /** Prepares for that many pixels, while they are decoded. */
  readonly beforePixels: (pixels: number) => Promise<void>;
  readonly existing: ExistingRule;
  readonly bestEffort: boolean;
  readonly encode: Pick<EncodeOptions, "quality" | "dropAlpha">;
  readonly context: CommandContext;
}

export interface AppliedPhoto {
  readonly width: number;
  readonly height: number;
  /** The name of its format: `jpeg`. */
  readonly format: string;
  /** What was lost or changed, a sentence each. */
  readonly warnings: readonly string[];
}

export type PhotoOutcome =
  | ({ readonly status: "written" } & AppliedPhoto)
  /** `exists`: by --skip-existing; `done`: by --resume. */
  | { readonly status: "skipped"; readonly reason: "exists" | "done" };

/**
 * Applies a look to one photo. The output appears whole or not at all.
 *
 * @throws {FileError} when the output exists and must not be overwritten, or a file cannot be read or written.
 * @throws {FormatError} when the input is no whole photo.
 * @throws {ValueError} when the output's format cannot hold the photo.
 */
export async function applyToPhoto(planned: PlannedPhoto, settings: ApplySettings): Promise<PhotoOutcome> {
  const { existing, context } = settings;
  const verdict = planned.output === STREAM ? "make" : await judgeExisting(planned, existing);
  if (verdict === "exists" || verdict === "done") return { status: "skipped", reason: verdict };
  // Before it is read: what changes meanwhile must not count as done.
  const facts = await factsOf(planned.input);
  let isSame = false;
  const write: WriteBytes = async (path, bytes) => {
    isSame = verdict === "compare" && (await hasBytes(path, bytes, existing.force));
    if (isSame) return;
    if (path === STREAM) context.out.file(bytes);
    else await writeFileAtomically(path, bytes, { signal: context.signal });
  };
  const applied = await makePhoto(planned, settings, write);
  if (planned.output !== STREAM) await existing.written.add(planned.output);
  await existing.record?.add(planned, facts);
  return isSame ? { status: "skipped", reason: "done" } : { status: "written", ...applied };
}

async function makePhoto(
  { input, output, format: asked, warning }: PlannedPhoto,
  { look, beforePixels, bestEffort, encode, context }: ApplySettings,
  write: WriteBytes,
): Promise<AppliedPhoto> {
  const source = await sourceOf(input, context);
  const header = await openPhoto(source);
  const refusal = output === STREAM ? refusalOf(header.format, asked) : warning;
  const format = asked ?? (output === STREAM && refusal !== undefined ? png : outputFormat(header, output));
  if (output !== STREAM) await makeFolder(folderOf(output));
  const { width, height } = header;
  // Decoded anyway: a damaged file is to be reported, not copied.
  const [photo] = await Promise.all([decodePhoto(header, { bestEffort }), beforePixels(width * height)]);
  if (look === undefined && isCopy(header, photo.warnings, format)) {
    await write(output, await bytesOf(source));
    return { width, height, format: format.name, warnings: [] };
  }
  if (look !== undefined) await applyLook(photo, look, context.signal);
  const written = await encodePhoto(photo, output, { ...encode, format, write });
  const warnings = [...(refusal === undefined ? [] : [refusal]), ...photo.warnings, ...written];
  return { width, height, format: format.name, warnings };
}

/** Whether the file's own bytes are the result: the same format, and nothing of it was lost in decoding. */
function isCopy(header: PhotoHeader, warnings: readonly string[], format: PhotoFormat): boolean {
  return format === header.format && warnings.length === header.warnings.length;
}
