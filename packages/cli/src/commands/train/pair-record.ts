/** What is said of a pair: how it lies, and what of it no look can learn. */
import type { PairRecord } from "synthconv/fit";
import { type PairFinding, pairFindings } from "synthconv/internal";

export interface PairDocument extends PairRecord {
  readonly before: string;
  readonly after: string;
}

export function pairWarnings(pair: PairDocument): string[] {
  return pairFindings(pair).map((finding) => sentenceOf(finding, pair));
}

function sentenceOf(finding: PairFinding, { before, after }: PairDocument): string {
  switch (finding.kind) {
    case "aligned":
      return `${after} lies on ${before} ${howItLies(finding.parts)}: the two were aligned`;
    case "local":
      return (
        `${percent(finding.share)} of ${after} were left out: there equal colours became others than elsewhere (a ` +
        "brush, a mask, a logo). See where with --report"
      );
    case "unexplained":
      return (
        `${percent(finding.share)} of the change from ${before} to ${after} depend on more than the ` +
        "colour before (a vignette, grain, sharpening, local contrast): no look has that. See where with --report"
      );
  }
}

type Parts = Extract<PairFinding, { kind: "aligned" }>["parts"];

function howItLies(parts: Parts): string {
  if (parts.length === 0) return "nearly as it is";
  return parts.map(wordsOf).join(", ");
}

function wordsOf(part: Parts[number]): string {
  switch (part.kind) {
    case "scale":
      return `at ${percent(part.scale)} of the size`;
    case "shift":
      return `shifted by ${part.x.toFixed(1)}, ${part.y.toFixed(1)} pixels`;
    case "turn":
      return `turned by ${part.degrees.toFixed(2)} degrees`;
    case "lens":
      return `bent by ${part.percent.toFixed(1)} % towards its corners`;
    case "part":
      return `showing ${percent(part.shown)} of it`;
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
