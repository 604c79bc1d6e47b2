/** What a training says when it is done. */

import { formatDuration, lookLayout } from "synthconv/internal";
import type { ErrorRecord, Look } from "synthconv/look";
import type { CommandContext } from "../../frame/command.js";
import { differenceLines } from "../../report/difference.js";
import { counted, entriesOf } from "../../report/quantities.js";
import type { TrainingSource } from "./source.js";

export function printReport(
  { out }: CommandContext,
  report: {
    source: TrainingSource;
    look: Look;
    error: ErrorRecord;
    output: string;
    steps: number;
    seconds: number;
  },
): void {
  const { source, look, error, output, steps, seconds } = report;
  const { channels } = look.schema.network;
  const weights = entriesOf(lookLayout(look.schema).weights);
  const lines = [
    `${output}: 1x1 convolutions ${channels.join(" - ")}, ${counted(weights, "weight")}`,
    `trained on ${source.summary}, ${counted(steps, "step")} in ${formatDuration(seconds)}`,
    `error on ${source.testedOn === "lattice" ? "its whole lattice" : "pixels that were held out"}, ${counted(error.colours, "colour")}:`,
    ...differenceLines(error).map((line) => `  ${line}`),
  ];
  out.print(lines.join("\n"));
}
