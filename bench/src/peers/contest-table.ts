import { summarise } from "../harness/statistics.js";
import { columns, spread, type Table, threeDigits } from "../harness/table.js";
import { LIBRARY_ID } from "./catalogue.js";
import type { Contest, Entry } from "./contest.js";
import type { Work } from "./protocol.js";
import { contestName, isSame, quickest, ratioTo } from "./results.js";

/** A row for each peer and formulation; of a peer those of the final first, the best at the top. */
export function contestTable(contest: Contest): Table {
  const rows = peersInOrder(contest).flatMap((entries) =>
    [...entries].sort(inOrder).map((entry) => entryRow(contest, entry)),
  );
  return {
    title: `${titleOf(contest.work)}, ${contest.threads === 1 ? "one thread" : `${contest.threads} threads`}`,
    columns: [
      ...columns(""),
      ...columns(
        "formulation",
        "ms (quartiles)",
        "synthconv, times as fast",
        "memory beyond input and output",
        "largest difference",
      ),
    ],
    rows,
    notes: failures(contest),
  };
}

function entryRow(contest: Contest, entry: Entry): string[] {
  const ratio = entry.peer === LIBRARY_ID ? undefined : ratioTo(contest, entry);
  return [
    entry.label,
    entry.formulation === "" ? "–" : entry.formulation,
    timeText(entry),
    ratio === undefined ? "–" : `${threeDigits(ratio.median)}x`,
    entry.extraBytes === undefined ? "–" : `${threeDigits(entry.extraBytes / 1e6)} MB`,
    differenceText(entry),
  ];
}

function timeText({ formulation, milliseconds, heat, error }: Entry): string {
  if (formulation === "") return "–";
  if (error !== undefined) return "failed";
  if (milliseconds.length > 0) return spread(summarise(milliseconds));
  return heat === undefined ? "–" : `${threeDigits(heat)} in its heat`;
}

function differenceText(entry: Entry): string {
  if (entry.difference === undefined) return "–";
  const text = Number.isFinite(entry.difference) ? entry.difference.toExponential(1) : "not finite";
  return isSame(entry) ? text : `**${text}**`;
}

function inOrder(a: Entry, b: Entry): number {
  const [finalA, finalB] = [a, b].map(({ milliseconds }) => summarise(milliseconds).median) as [
    number,
    number,
  ];
  if (Number.isNaN(finalA) !== Number.isNaN(finalB)) return Number.isNaN(finalA) ? 1 : -1;
  if (!Number.isNaN(finalA)) return finalA - finalB;
  return (a.heat ?? Number.MAX_VALUE) - (b.heat ?? Number.MAX_VALUE);
}

function peersInOrder({ entries }: Contest): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) groups.set(entry.peer, [...(groups.get(entry.peer) ?? []), entry]);
  return [...groups.values()];
}

/** One sentence for each different reason that a peer has no time. */
function failures({ entries }: Contest): string[] {
  const sentences = entries.flatMap(({ label, formulation, error }) =>
    error === undefined
      ? []
      : [`${[label, formulation].filter((part) => part !== "").join(", ")}: ${error}.`],
  );
  return [...new Set(sentences)];
}

function titleOf(work: Work): string {
  switch (work.kind) {
    case "training":
      return `Training step, K = ${work.hidden}, ${work.batch} images of ${work.size} x ${work.size}`;
    case "inference":
      return `Inference, K = ${work.hidden}, ${(work.width * work.height) / 1e6} megapixels`;
    case "convolution":
    case "convolutionPerSample": {
      const { kernel, channels, batch, size, kind } = work;
      const weights = kind === "convolution" ? "shared weights" : "weights per sample";
      return `conv2d ${kernel} x ${kernel}, ${channels} to ${channels} channels, ${batch} x ${size} x ${size}, ${weights}, forward and backward`;
    }
  }
}

/** One line for the terminal as soon as a contest is over. */
export function contestLine(contest: Contest): string {
  const parts = peersInOrder(contest).map((entries) => {
    const best = quickest(entries);
    const label = entries[0]?.label ?? "";
    if (best === undefined) return `${label} –`;
    const ratio = best.peer === LIBRARY_ID ? undefined : ratioTo(contest, best);
    const time = `${threeDigits(summarise(best.milliseconds).median)} ms`;
    return `${label} ${time}${ratio === undefined ? "" : ` (${threeDigits(ratio.median)}x)`}`;
  });
  return `${contestName(contest)}: ${parts.join(", ")}`;
}
