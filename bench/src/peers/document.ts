/** docs/benchmarks.md: the results of one run, and what people wrote about them. */
import { loadWarning, type Machine, machineLine } from "../harness/machine.js";
import { markdownTable, type Table } from "../harness/table.js";
import type { BenchRun } from "../run.js";
import { TOLERANCE } from "./compare.js";
import type { Contest } from "./contest.js";
import { contestTable } from "./contest-table.js";
import { goalsTable } from "./goals.js";
import { type MeasuredOperation, operationsTable } from "./operations.js";

export interface PeersRun {
  /** Of the Node that ran the library. */
  readonly machine: Machine;
  /** YYYY-MM-DD */
  readonly date: string;
  /** Of this library and of every peer that could be started. */
  readonly versions: Readonly<Record<string, string>>;
  readonly threadCounts: readonly number[];
  readonly contests: readonly Contest[];
  readonly operations: readonly MeasuredOperation[];
  /** Of `npm run bench`, with --with-bench. */
  readonly bench: BenchRun | undefined;
}

/** @param notes Markdown that was written by hand: what stands in the way where a goal is not reached. */
export function benchmarksDocument(run: PeersRun, notes: string): string {
  const { machine, date, versions, threadCounts, contests, operations, bench } = run;
  const goals = goalsTable({ contests, sections: bench?.sections ?? [] }, threadCounts);
  const warning = loadWarning(machine);
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    "# Benchmarks",
    "",
    "Written by `npm run bench:peers -- --with-bench`; edit `bench/notes.md` for the part that is written by hand. " +
      "[bench/README.md](../bench/README.md) tells how to repeat it.",
    "",
    `- ${date}: ${machineLine(machine)}`,
    `- ${names.join("; ")}`,
    ...(warning === undefined ? [] : [`- ${warning}`]),
    "",
    "Times are medians of interleaved rounds, with quartiles.",
    "",
    "## Asked and reached",
    "",
    tableBody(goals),
    "## What stands in the way",
    "",
    notes.trim(),
    "",
    "## Against its peers",
    "",
    ...PEERS_EXPLAINED.flatMap((sentence) => [sentence, ""]),
    ...contests.map((contest) => markdownTable(contestTable(contest))),
    ...(operations.length === 0 ? [] : operationsPart(operations)),
    ...(bench === undefined ? [] : benchPart(bench)),
  ].join("\n");
}

const PEERS_EXPLAINED: readonly string[] = [
  "Each peer runs in its own process with the same number of threads, starts from the same numbers and is measured by " +
    "its own clock. Every formulation has a heat of a few calls; those that come within 1.5 times of the best of their " +
    "peer go into the final, whose rounds are interleaved. Against a peer counts the best that it has.",
  `The largest difference is that from this library's numbers, relative to the largest number of the array: losses ` +
    "after three steps and the gradient that reaches the first fully connected layer, pixels all over the image, " +
    "results and gradients of a convolution. " +
    `Above ${TOLERANCE.toExponential(0)} it is printed in bold, and there is no ratio.`,
  "Memory is the peak of the resident set during the final, less what the process held before and less the input and " +
    "the output. What a process had kept after it made its inputs counts as held.",
  "*PyTorch, memory kept* runs with `MALLOC_MMAP_MAX_=0`, so that the C library does not give its intermediate results " +
    "back to the system after every step. The goals are held against PyTorch as it is installed.",
];

function operationsPart(operations: readonly MeasuredOperation[]): string[] {
  return [
    "## Operations",
    "",
    "Each operation by this library and by PyTorch, from the same numbers, in processor time: that of all threads of " +
      "the process, the collection of garbage included. Ratios are medians of the ratios of interleaved rounds; in bold " +
      "is how far apart the results are where that is too much.",
    "",
    markdownTable(operationsTable(operations)),
  ];
}

function benchPart({ machine, backends, sections }: BenchRun): string[] {
  return [
    "## This library alone",
    "",
    `\`npm run bench\` on Node ${machine.node}, with the builds ${backends.join(", ")}.`,
    "",
    ...sections.flatMap(({ tables }) => tables.map(markdownTable)),
  ];
}

/** Without its title, which the heading above it says. */
function tableBody(table: Table): string {
  return markdownTable(table).replace(/^\*\*.*\*\*\n\n/, "");
}
