/** What a training says when it is done. */
import type { GreyRecord } from "synthconv/fit";
import { lookLayout } from "synthconv/internal";
import { formatDuration } from "synthconv/internal/node";
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
    greys: GreyRecord;
    output: string;
    steps: number;
    seconds: number;
  },
): void {
  const { source, look, error, greys, output, steps, seconds } = report;
  const { channels } = look.schema.network;
  const weights = entriesOf(lookLayout(look.schema).weights);
  const lines = [
    `${output}: 1x1 convolutions ${channels.join(" - ")}, ${counted(weights, "weight")}`,
    `trained on ${source.summary}, ${counted(steps, "step")} in ${formatDuration(seconds)}`,
    `error on ${source.testedOn === "lattice" ? "its whole lattice" : "pixels that were held out"}, ${counted(error.colours, "colour")}:`,
    ...differenceLines(error).map((line) => `  ${line}`),
    greyLine(greys),
  ];
  out.print(lines);
}

/** In 255ths, the codes of 8 bits. */
function greyLine({ fall, fallAt, tint }: GreyRecord): string {
  const falls =
    fall < 0.05 ? "no fall" : `a fall of ${fall.toFixed(1)} of 255 at most (before grey ${fallAt})`;
  const tints =
    tint === null
      ? ""
      : `; its source is monochrome, and its channels are ${tint.toFixed(1)} of 255 apart at most`;
  return `greys: ${falls} along the ramp where its source rises${tints}`;
}
