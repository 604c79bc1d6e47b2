/** What `apply` says at its end. */
import type { CommandContext } from "../../frame/command.js";
import { counted, formatCount } from "../../report/quantities.js";
import type { PhotoReport } from "./apply-all.js";
import type { ApplyPlan } from "./plan.js";

export interface Counts {
  readonly written: number;
  readonly skipped: number;
  readonly failed: number;
}

export function countsOf(reports: readonly PhotoReport[]): Counts {
  const counts = { written: 0, skipped: 0, failed: 0 };
  for (const { status } of reports) counts[status]++;
  return counts;
}

/** The fields of the document that say what became of the plan. */
export function planDocument({ leftOut }: ApplyPlan, reports: readonly PhotoReport[]): object {
  const { unread, otherFiles, links } = leftOut;
  return { ...countsOf(reports), unread: Object.fromEntries(unread), otherFiles, links, photos: reports };
}

/** `3 HEIC, 12 camera raw`. */
export function unreadWords(unread: ReadonlyMap<string, number>): string {
  return [...unread].map(([format, count]) => `${formatCount(count)} ${format}`).join(", ");
}

export function printSummary(
  { out }: CommandContext,
  { leftOut: { unread, otherFiles, links } }: ApplyPlan,
  { written, skipped, failed, output }: Counts & { readonly output: string },
): void {
  const parts = [`${counted(written, "photo")} written to ${output}`];
  if (skipped > 0) parts.push(`${formatCount(skipped)} already there`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (unread.size > 0) {
    out.warn(`${unreadWords(unread)} left out: convert them to JPEG, TIFF, PNG or AVIF first`);
    parts.push(`${unreadWords(unread)} left out`);
  }
  if (otherFiles > 0) parts.push(`${counted(otherFiles, "other file")} left out`);
  if (links > 0) parts.push(`${counted(links, "symbolic link")} not followed`);
  out.print(parts.join(", "));
}
