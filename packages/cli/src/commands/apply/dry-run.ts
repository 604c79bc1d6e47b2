/** What a run would do, found out without reading a photo or writing a file. */
import { displayPath } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { describeFailure } from "../../frame/failure.js";
import { STREAM } from "../../frame/standard-input.js";
import { pathFields } from "../../report/path-fields.js";
import type { PhotoReport } from "./apply-all.js";
import { type ExistingRule, judgeExisting } from "./existing-output.js";
import type { ApplyPlan } from "./plan.js";

/** Photos that are there and readable are not looked into: they may still fail in the run. */
export async function tryAll(
  { photos }: ApplyPlan,
  { out, signal }: CommandContext,
  existing: ExistingRule,
): Promise<PhotoReport[]> {
  const reports: PhotoReport[] = [];
  for (const planned of photos) {
    signal.throwIfAborted();
    const { input, output } = planned;
    const names = { ...pathFields("input", input), ...pathFields("output", output) };
    try {
      const verdict = output === STREAM ? "make" : await judgeExisting(planned, existing);
      if (verdict === "exists" || verdict === "done") {
        reports.push({ ...names, status: "skipped", reason: verdict });
        continue;
      }
      reports.push({ ...names, status: "planned" });
      if (!out.json && output !== STREAM) out.print(`${displayPath(input)} -> ${displayPath(output)}`);
    } catch (error) {
      const { code, message } = describeFailure(error);
      out.error(message);
      reports.push({ ...names, status: "failed", error: { code, message } });
    }
  }
  return reports;
}
