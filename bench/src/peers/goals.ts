/** What the benchmark has to show, and what it did show. */
import { findMeasurement, type SectionResult } from "../harness/report.js";
import { columns, percent, type Table, threeDigits } from "../harness/table.js";
import type { Contest } from "./contest.js";
import type { Work } from "./protocol.js";
import { findContest, libraryEntry, ratioTo, toughest } from "./results.js";

export interface Evidence {
  readonly contests: readonly Contest[];
  /** Of `npm run bench`; empty where it did not run. */
  readonly sections: readonly SectionResult[];
}

export interface Goal {
  readonly what: string;
  readonly asked: number;
  readonly unit: "x" | "share" | "MB";
  readonly direction: "at least" | "at most";
  /** Numbers of threads for which it is asked: one, all, or both. */
  readonly threads: "one" | "all" | "both";
  readonly value: (evidence: Evidence, threads: number) => number | undefined;
}

export interface Reached {
  readonly what: string;
  readonly asked: string;
  /** By number of threads; undefined where it was not measured. */
  readonly values: Readonly<Record<string, number | undefined>>;
  readonly texts: readonly string[];
  readonly verdict: string;
}

const INFERRED = [3, 16, 64];
// What the shares of the ceiling are asked for: K >= 16.
const SHARED = [16, 32, 64];

export const GOALS: readonly Goal[] = [
  ...(["in cache", "streaming"] as const).flatMap((place) => [
    share("forward", place, place === "in cache" ? 0.9 : 0.8),
    share("training", place, 0.7),
  ]),
  ...INFERRED.map(scaling),
  ...against("training", [12, 10, 4], "training step against the best PyTorch formulation"),
  ...against("inference", [4, 3, 2.5], "inference 12 MP against the best of PyTorch and ONNX Runtime"),
  convolution("convolution", 0.45, "conv2d 3x3, forward + backward, against PyTorch"),
  convolution("convolutionPerSample", 1, "the same with weights per sample, against PyTorch"),
  lut("ratio", "against ffmpeg lut3d on the same pixels"),
  lut("ratio-16", "against ffmpeg lut3d by way of planar 16 bits, where it has AVX2 code"),
  {
    what: "`apply` (K = 16) on a 24 MP JPEG, of the time of decoding and encoding alone",
    asked: 1.25,
    unit: "x",
    direction: "at most",
    threads: "all",
    value: ({ sections }) => median(sections, "apply/synthconv apply, K = 16/ratio"),
  },
  {
    what: "peak memory of inference 12 MP float32 beyond input and output",
    asked: 32,
    unit: "MB",
    direction: "at most",
    threads: "both",
    value: ({ contests }, threads) =>
      greatest(
        INFERRED.map((hidden) => {
          const contest = findContest(contests, threads, "inference", hidden);
          const bytes = contest && libraryEntry(contest)?.extraBytes;
          return bytes === undefined ? undefined : bytes / 1e6;
        }),
      ),
  },
];

function share(pass: "forward" | "training", place: "in cache" | "streaming", asked: number): Goal {
  return {
    what: `${pass}, K of 16, 32 and 64, ${place}: least share of the 128-bit ceiling`,
    asked,
    unit: "share",
    direction: "at least",
    // The image of the rows in cache is too small to be shared.
    threads: place === "in cache" ? "one" : "both",
    value: ({ sections }, threads) =>
      least(SHARED.map((k) => median(sections, `${pass}/3-${k}-3/${place}/threads=${threads}/share`))),
  };
}

function scaling(hidden: number): Goal {
  return {
    what: `all threads against one, forward, 12 MP, K = ${hidden}`,
    asked: 1.85,
    unit: "x",
    direction: "at least",
    threads: "all",
    value: ({ sections }, threads) => {
      const rate = (count: number): number | undefined =>
        median(sections, `forward/3-${hidden}-3/streaming/threads=${count}/rate`);
      const [one, all] = [rate(1), rate(threads)];
      return one === undefined || all === undefined || threads === 1 ? undefined : all / one;
    },
  };
}

function lut(what: "ratio" | "ratio-16", against: string): Goal {
  return {
    what: `33^3 LUT, tetrahedral, 8-bit photo, ${against}`,
    asked: 3,
    unit: "x",
    direction: "at least",
    threads: "one",
    value: ({ sections }) => median(sections, `lut/tetrahedral/photo/${what}`),
  };
}

function against(kind: "training" | "inference", asked: readonly number[], what: string): Goal[] {
  return INFERRED.map((hidden, index) => ({
    what: `${what}, K = ${hidden}`,
    asked: asked[index] as number,
    unit: "x",
    direction: "at least",
    threads: "both",
    value: ({ contests }, threads) => ratioOf(contests, threads, kind, hidden),
  }));
}

function convolution(kind: Work["kind"], asked: number, what: string): Goal {
  return {
    what,
    asked,
    unit: "x",
    direction: "at least",
    threads: "both",
    value: ({ contests }, threads) => ratioOf(contests, threads, kind),
  };
}

function ratioOf(
  contests: readonly Contest[],
  threads: number,
  kind: Work["kind"],
  hidden?: number,
): number | undefined {
  const contest = findContest(contests, threads, kind, hidden);
  return contest && ratioTo(contest, toughest(contest))?.median;
}

function median(sections: readonly SectionResult[], name: string): number | undefined {
  return findMeasurement(sections, name)?.median;
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? Math.min(...known) : undefined;
}

function greatest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? Math.max(...known) : undefined;
}

export function reach(goal: Goal, evidence: Evidence, threadCounts: readonly number[]): Reached {
  const most = Math.max(...threadCounts);
  const isAsked = (threads: number): boolean =>
    goal.threads === "both" || threads === (goal.threads === "one" ? 1 : most);
  const values = threadCounts.map((threads) =>
    isAsked(threads) ? goal.value(evidence, threads) : undefined,
  );
  const verdicts = values.flatMap((value) => (value === undefined ? [] : [meets(goal, value)]));
  return {
    what: goal.what,
    asked: `${amount(goal, goal.asked)}${goal.direction === "at most" ? " at most" : ""}`,
    values: Object.fromEntries(threadCounts.map((threads, i) => [`threads=${threads}`, values[i]])),
    texts: values.map((value, i) => {
      if (value !== undefined) return amount(goal, value);
      return isAsked(threadCounts[i] as number) ? "not measured" : "";
    }),
    verdict: verdictOf(verdicts),
  };
}

function verdictOf(verdicts: readonly boolean[]): string {
  if (verdicts.length === 0) return "–";
  if (verdicts.every(Boolean)) return "yes";
  return verdicts.some(Boolean) ? "in part" : "no";
}

function meets({ asked, direction }: Goal, value: number): boolean {
  return direction === "at least" ? value >= asked : value <= asked;
}

function amount({ unit }: Goal, value: number): string {
  if (unit === "share") return percent(value);
  return unit === "MB" ? `${threeDigits(value)} MB` : `${threeDigits(value)}x`;
}

export function goalsTable(evidence: Evidence, threadCounts: readonly number[]): Table {
  const labels = threadCounts.map((count) => (count === 1 ? "one thread" : `${count} threads`));
  return {
    title: "Asked and reached",
    columns: columns("", "asked", ...labels, "reached"),
    rows: GOALS.map((goal) => reach(goal, evidence, threadCounts)).map(({ what, asked, texts, verdict }) => [
      what,
      asked,
      ...texts,
      verdict,
    ]),
    notes: [],
  };
}
