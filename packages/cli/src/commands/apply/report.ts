/** What `apply` says at its end. */
import type { CommandContext } from "../../frame/command.js";
import { describeFailure } from "../../frame/failure.js";
import { leftOutParts, unreadAdvice } from "../../report/left-out.js";
import { type PathFields, pathFields } from "../../report/path-fields.js";
import { counted, formatCount } from "../../report/quantities.js";
import type { PhotoReport } from "./apply-all.js";
import type { ApplyPlan } from "./plan.js";

/** Folders are reported as photos that fail are: what is in them is missing. */
export interface FolderReport extends PathFields<"input"> {
  readonly error: { readonly code: string; readonly message: string };
}

export function reportFolders({ leftOut }: ApplyPlan, { out }: CommandContext): FolderReport[] {
  return leftOut.folders.map(({ path, error }) => {
    const { code, message } = describeFailure(error);
    out.error(message);
    return { ...pathFields("input", path), error: { code, message } };
  });
}

export interface Counts {
  readonly written: number;
  readonly skipped: number;
  readonly failed: number;
  /** Of --dry-run. */
  readonly planned: number;
}

export function countsOf(reports: readonly PhotoReport[]): Counts {
  const counts = { written: 0, skipped: 0, failed: 0, planned: 0 };
  for (const { status } of reports) counts[status]++;
  return counts;
}

interface ClipCounts {
  /** Of the pictures that are written or would be. */
  readonly clips: number;
  /** Whether no photo was asked for. */
  readonly onlyClips: boolean;
}

export function clipCounts({ photos }: ApplyPlan, reports: readonly PhotoReport[]): ClipCounts {
  const isDone = ({ status }: PhotoReport): boolean => status === "written" || status === "planned";
  return {
    clips: reports.filter((report, nth) => isDone(report) && photos[nth]?.clip !== undefined).length,
    onlyClips: photos.length > 0 && photos.every(({ clip }) => clip !== undefined),
  };
}

/** The fields of the document that say what became of the plan. */
export function planDocument(
  { leftOut }: ApplyPlan,
  reports: readonly PhotoReport[],
  unreadFolders: readonly FolderReport[],
  isDry: boolean,
): object {
  const { otherFiles, links } = leftOut;
  const unread = Object.fromEntries(leftOut.unread);
  const { planned, ...counts } = countsOf(reports);
  const dry = isDry ? { dryRun: true, planned } : {};
  return { ...dry, ...counts, unread, unreadFolders, otherFiles, links, photos: reports };
}

interface Summary extends Counts, ClipCounts {
  readonly output: string;
  readonly isDry: boolean;
}

/** `2 photos and 1 clip`. */
function pictures(all: number, { clips, onlyClips }: ClipCounts): string {
  if (clips === 0 && !onlyClips) return counted(all, "photo");
  return all === clips
    ? counted(clips, "clip")
    : `${counted(all - clips, "photo")} and ${counted(clips, "clip")}`;
}

export function printSummary(
  { out }: CommandContext,
  { leftOut: { unread, otherFiles, links, folders } }: ApplyPlan,
  { clips, onlyClips, skipped, failed, output, isDry, ...counts }: Summary,
): void {
  const { written, planned } = counts;
  const parts = isDry
    ? [`${pictures(planned, { clips, onlyClips })} would be written to ${output}`]
    : [`${pictures(written, { clips, onlyClips })} written to ${output}`];
  if (skipped > 0) parts.push(`${formatCount(skipped)} already there`);
  if (failed > 0) parts.push(`${failed} ${isDry ? "would fail" : "failed"}`);
  const advice = unreadAdvice(unread);
  if (advice !== undefined) out.warn(advice);
  const leftOut = leftOutParts({ unread, otherFiles, links, folders: folders.length });
  out.print([...parts, ...leftOut].join(", "));
}
