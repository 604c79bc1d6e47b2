/** What was found of a pair or a chart, in sentences. */
import type { ChartCheck, PairCheck } from "../../protocol/index.js";
import { checkTexts as texts } from "../../texts/index.js";

type Finding = PairCheck["findings"][number];
type Parts = Extract<Finding, { kind: "aligned" }>["parts"];

/** First how the two lie, then what of the edit is not colour. */
export function sentencesOf(findings: PairCheck["findings"]): string[] {
  const found = findings.map(sentenceOf);
  const isAligned = findings.some(({ kind }) => kind === "aligned");
  const isColour = findings.every(({ kind }) => kind === "aligned");
  return [...(isAligned ? [] : [texts.fits]), ...found, ...(isColour ? [texts.isColour] : [])];
}

function sentenceOf(finding: Finding): string {
  if (finding.kind === "aligned") return texts.aligned(howItLies(finding.parts));
  return texts[finding.kind](finding.share);
}

function howItLies(parts: Parts): string {
  return parts.length === 0 ? texts.nearly : parts.map(wordsOf).join(", ");
}

function wordsOf(part: Parts[number]): string {
  switch (part.kind) {
    case "scale":
      return texts.scale(part.scale);
    case "shift":
      return texts.shift(part.x, part.y);
    case "turn":
      return texts.turn(part.degrees);
    case "lens":
      return texts.lens(part.percent);
    case "part":
      return texts.part(part.shown);
  }
}

/** Of the chart's colours, 16 along each axis of the cube. */
const CHART_COLOURS = 16 ** 3;

export function chartSentences({ record, findings }: ChartCheck): string[] {
  const { scale, turned, mirrored, patches, colours, notColour } = record;
  const { vignette, leftToRight, topToBottom } = notColour;
  const isCropped = [vignette, leftToRight, topToBottom].includes(null);
  const missing = CHART_COLOURS - colours;
  const parts = findings.map(({ kind, value }) => texts.chartFindings[kind](value));
  return [
    texts.chart(scale, turned, mirrored, patches),
    ...(missing > 0 ? [texts.chartMissing(missing, CHART_COLOURS)] : []),
    ...(isCropped ? [texts.chartCropped] : []),
    parts.length === 0 ? texts.chartColour : texts.chartParts(parts),
  ];
}
