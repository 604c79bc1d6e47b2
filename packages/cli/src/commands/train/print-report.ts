/** What a training says when it is done. */
import type { ErrorRecord, Extent, GreyRecord, KnobRecord } from "synthconv/fit";
import { lookLayout } from "synthconv/internal";
import { formatDuration } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { distanceLines } from "../../report/by-distance.js";
import { columns } from "../../report/columns.js";
import { differenceLines, formatDecibels } from "../../report/difference.js";
import { protectionLines } from "../../report/guarantees.js";
import { counted, entriesOf } from "../../report/quantities.js";
import { chartLines } from "./chart-record.js";
import { conditionName } from "./condition-name.js";
import type { ConditionError, Measured } from "./measured.js";
import type { TrainingSource } from "./training-source.js";

export function printReport(
  { out }: CommandContext,
  report: Measured & {
    source: TrainingSource;
    output: string;
    steps: number;
    seconds: number;
  },
): void {
  const { source, look, error, heldOut, greys, conditions, knobs, output, steps, seconds } = report;
  const { channels } = look.schema.network;
  const refinements = look.schema.training?.refinements;
  const done = [counted(steps, "step"), ...(refinements ? [counted(refinements, "refinement")] : [])];
  const weights = entriesOf(lookLayout(look.schema).weights);
  const lines = [
    `${output}: 1x1 convolutions ${channels.join(" - ")}, ${counted(weights, "weight")}`,
    `trained on ${source.summary}, ${done.join(" and ")} in ${formatDuration(seconds)}`,
    ...unexplainedLines(source),
    ...(source.chart === undefined ? [] : chartLines(source.chart)),
    `error on ${TESTED[error.on] ?? error.on}, ${counted(error.colours, "colour")}:`,
    ...differenceLines(error).map((line) => `  ${line}`),
    ...heldOut.slice(0, -1).map(otherLine),
    ...distanceLines(look.schema),
    ...(conditions.length > 1 ? conditionLines(conditions) : []),
    ...knobs.map(knobLine),
    greyLine(greys),
    ...protectionLines(look.schema),
  ];
  out.print(lines);
}

const TESTED: Readonly<Record<string, string>> = {
  lattice: "its whole lattice",
  "held-out colours": "colours of the chart that were held out",
  "held-out pixels": "pixels that were held out",
  "held-out regions": "quarters of the photo that were held out, one after the other",
  "held-out photos": "photos that were held out, one group after the other",
};

/** What no look can learn of the photos, in the mean over pairs. */
function unexplainedLines({ pairs = [] }: TrainingSource): string[] {
  if (pairs.length === 0) return [];
  const share = pairs.reduce((sum, { unexplainedOutside }) => sum + unexplainedOutside, 0) / pairs.length;
  return [
    `of the change from before to after ${(100 * share).toFixed(1)} % depend on more than the colour before`,
  ];
}

/** Another error, which tells less of other photos. */
function otherLine({ on, psnr, deltaE2000 }: ErrorRecord): string {
  const value = psnr === null ? "identical" : formatDecibels(psnr);
  return `on ${TESTED[on] ?? on}: ${value}, deltaE 2000 ${deltaE2000.mean.toFixed(2)}`;
}

function conditionLines(conditions: readonly ConditionError[]): string[] {
  const rows = conditions.map((condition) => {
    const { psnr, deltaE2000 } = condition.error;
    const exact = psnr === null ? "identical" : formatDecibels(psnr);
    return [`  ${conditionName(condition)}`, exact, `deltaE 2000 ${deltaE2000.mean.toFixed(2)}`];
  });
  return ["under each condition:", ...columns(rows, ["left", "right", "right"])];
}

function knobLine({ name, settings, reversal, excursion }: KnobRecord): string {
  const extent = ({ mean, max }: Extent): string =>
    `${max.toFixed(1)} of 255 at most, ${mean.toFixed(2)} in the mean`;
  return (
    `knob ${name}, between ${settings.join(", ")}: channels go back by ${extent(reversal)}; ` +
    `they leave their neighbours by ${extent(excursion)}`
  );
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
