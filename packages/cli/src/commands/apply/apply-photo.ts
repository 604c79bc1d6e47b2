import { folderOf, makeFolder, writeFileAtomically } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { STREAM } from "../../frame/standard-input.js";
import type { WriteBytes } from "../../image/encode-photo.js";
import { sourceOf } from "../../photo-operand.js";
import { type AppliedClip, applyToClip, type ClipWork } from "./apply-clip.js";
import { factsOf } from "./apply-record.js";
import { type ExistingRule, hasBytes, judgeExisting } from "./existing-output.js";
import { type AppliedPhoto, type MakeSettings, makePhoto } from "./make-photo.js";
import type { PlannedPhoto } from "./plan.js";

export interface ApplySettings extends Omit<MakeSettings, "write" | "signal"> {
  readonly clips: ClipWork;
  readonly existing: ExistingRule;
  readonly context: CommandContext;
}

export type PhotoOutcome =
  | ({ readonly status: "written" } & (AppliedPhoto | AppliedClip))
  /** `exists`: by --skip-existing; `done`: by --resume. */
  | { readonly status: "skipped"; readonly reason: "exists" | "done" };

/**
 * Applies a look to one photo or clip. The output appears whole or not at all.
 *
 * @throws {FileError} when the output exists and must not be overwritten, or a file cannot be read or written.
 * @throws {FormatError} when the input is no whole photo.
 * @throws {ValueError} when the output's format cannot hold the photo.
 */
export async function applyToPhoto(planned: PlannedPhoto, settings: ApplySettings): Promise<PhotoOutcome> {
  const { existing, context } = settings;
  if (planned.clip !== undefined) return applyToClip(planned, planned.clip, settings);
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
  const source = await sourceOf(planned.input, context);
  const beforePixels = async (pixels: number) => {
    if (planned.output !== STREAM) await makeFolder(folderOf(planned.output));
    await settings.beforePixels(pixels);
  };
  const { signal } = context;
  const applied = await makePhoto({ ...planned, source }, { ...settings, beforePixels, write, signal });
  if (planned.output !== STREAM) await existing.written.add(planned.output);
  await existing.record?.add(planned, facts);
  return isSame ? { status: "skipped", reason: "done" } : { status: "written", ...applied };
}
