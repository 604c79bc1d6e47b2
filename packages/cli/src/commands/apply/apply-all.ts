/** All photos of a plan, one after the other: the pixels in memory are those of one photo. */
import { Progress } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { describeFailure } from "../../frame/failure.js";
import { orAborted } from "../../frame/or-aborted.js";
import { STREAM } from "../../frame/standard-input.js";
import { type PathFields, pathFields } from "../../report/path-fields.js";
import { type ApplySettings, applyToPhoto, type PhotoOutcome } from "./apply-photo.js";
import type { ApplyPlan } from "./plan.js";

/** One photo of the document that --json prints. */
export type PhotoReport = PathFields<"input"> &
  PathFields<"output"> &
  (
    | PhotoOutcome
    | { readonly status: "failed"; readonly error: { readonly code: string; readonly message: string } }
  );

/** @returns the reports of the photos whose turn came: fewer than planned where the signal aborts. */
export async function applyToAll(
  { photos }: ApplyPlan,
  { out, signal }: CommandContext,
  settings: ApplySettings,
): Promise<PhotoReport[]> {
  const progress = new Progress({
    label: "apply",
    unit: "photos",
    total: photos.length,
    stream: out.stderr,
    silent: out.quiet,
    signal,
  });
  const reports: PhotoReport[] = [];
  for (const planned of photos) {
    const names = { ...pathFields("input", planned.input), ...pathFields("output", planned.output) };
    const shown = planned.input === STREAM ? "stdin" : names.input;
    try {
      signal.throwIfAborted();
      // Not waiting for a decoder that is at work: what was done by then is reported at once.
      const outcome = await orAborted(applyToPhoto(planned, settings), signal);
      reports.push({ ...names, ...outcome });
      for (const warning of outcome.status === "written" ? outcome.warnings : []) {
        progress.around(() => out.warn(`${shown}: ${warning}`));
      }
    } catch (error) {
      if (signal.aborted) break;
      const { code, message } = describeFailure(error);
      progress.around(() => out.error(message));
      reports.push({ ...names, status: "failed", error: { code, message } });
    }
    progress.update(reports.length);
  }
  progress.finish();
  return reports;
}
