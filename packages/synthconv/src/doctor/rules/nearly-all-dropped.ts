import { type Accusation, ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";

/** Nobody drops more than nine of ten on purpose; the share to keep, taken for the share to drop, is 0.95 or 0.99. */
const MOST = 0.94;
/** Of fewer entries as many may be dropped by chance. */
const MIN_ENTRIES = 64;

/** A dropout that leaves next to nothing: where it is written, the share to keep is meant as a rule. */
export const nearlyAllDropped: Rule = {
  name: "nearly all dropped",
  find(file, told) {
    const shares = new Map<string, { dropped: number; entries: number }>();
    for (const step of [file.first, file.last]) count(step, shares);
    return [...file.last.trace.origins.values()].flatMap((origin): Accusation[] => {
      const found = origin.operation === "dropout" ? shares.get(lineOf(origin.site)) : undefined;
      if (found === undefined || found.entries < MIN_ENTRIES) return [];
      const share = found.dropped / found.entries;
      const names = ancestorsOf(origin.inputs, file).filter((name) => !told.has(name));
      if (share < MOST || names.length === 0) return [];
      return [
        {
          names,
          complaint: {
            status: "learns",
            severity: "warning",
            fault: "alwaysZero",
            phrase: "dropout leaves next to nothing of what {they compute|it computes}",
            place: placeOf(origin.site),
            cause: `This dropout sets ${numberText(100 * share)} % of the entries to 0 ([${origin.tensor.shape}]): its rate is the share that is dropped, not the one that is kept.`,
            repair: "Lower its rate to a half or less, 0.1 where 0.9 is to be kept.",
          },
        },
      ];
    });
  },
};

function count({ trace }: ObservedStep, shares: Map<string, { dropped: number; entries: number }>): void {
  for (const { operation, tensor, inputs, site } of trace.origins.values()) {
    const [given] = inputs;
    if (operation !== "dropout" || given === undefined) continue;
    const line = lineOf(site);
    const known = shares.get(line) ?? { dropped: 0, entries: 0 };
    // What was 0 before says nothing.
    const live = Array.from(given.data).flatMap((value, i) => (value === 0 ? [] : [tensor.data[i]]));
    known.entries += live.length;
    known.dropped += live.filter((value) => value === 0).length;
    shares.set(line, known);
  }
}

function lineOf(site: CaseFile["last"]["trace"]["entries"][number]["site"]): string {
  const place = placeOf(site);
  return `${place?.file}:${place?.line}:${place?.column}`;
}
