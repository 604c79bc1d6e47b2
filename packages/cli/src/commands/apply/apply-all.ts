/** All photos of a plan, so many at a time: the pixels in memory are those of as many photos. */
import { Progress } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { describeFailure } from "../../frame/failure.js";
import { orAborted } from "../../frame/or-aborted.js";
import { STREAM } from "../../frame/standard-input.js";
import { type PathFields, pathFields } from "../../report/path-fields.js";
import { type ApplySettings, applyToPhoto, type PhotoOutcome } from "./apply-photo.js";
import { OutputClaims } from "./output-claims.js";
import type { ApplyPlan } from "./plan.js";

/** One photo of the document that --json prints. */
export type PhotoReport = PathFields<"input"> &
  PathFields<"output"> &
  (
    | PhotoOutcome
    /** --dry-run */
    | { readonly status: "planned" }
    | { readonly status: "failed"; readonly error: { readonly code: string; readonly message: string } }
  );

/**
 * @param jobs photos at a time.
 * @returns the reports of the photos whose turn came, in the plan's order: fewer than planned where the signal aborts.
 */
export async function applyToAll(
  { photos }: ApplyPlan,
  { out, signal }: CommandContext,
  settings: ApplySettings,
  jobs: number,
): Promise<PhotoReport[]> {
  const progress = new Progress({
    label: "apply",
    unit: "photos",
    total: photos.length,
    stream: out.stderr,
    // A clip that is alone shows its frames.
    silent: out.quiet || settings.clips.isAlone,
    signal,
  });
  const reports = new Map<number, PhotoReport>();
  const claims = new OutputClaims();
  const turns = photos.entries();

  // The jobs share one iterator: each photo is somebody's.
  async function takeTurns(): Promise<void> {
    for (const [index, planned] of turns) {
      const names = { ...pathFields("input", planned.input), ...pathFields("output", planned.output) };
      const shown = planned.input === STREAM ? "stdin" : names.input;
      try {
        signal.throwIfAborted();
        const work = claims.during(planned.output, () => applyToPhoto(planned, settings));
        // Not waiting for a decoder that is at work: what was done by then is reported at once.
        const outcome = await orAborted(work, signal);
        reports.set(index, { ...names, ...outcome });
        for (const warning of outcome.status === "written" ? outcome.warnings : []) {
          progress.around(() => out.warn(`${shown}: ${warning}`));
        }
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = describeFailure(error);
        progress.around(() => out.error(message));
        reports.set(index, { ...names, status: "failed", error: { code, message } });
      }
      progress.update(reports.size);
    }
  }

  await Promise.all(Array.from({ length: jobs }, takeTurns));
  progress.finish();
  return [...reports].sort(([a], [b]) => a - b).map(([, report]) => report);
}
