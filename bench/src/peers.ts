/** npm run bench:peers: the same work by this library and by its peers, in the same run. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Progress, writeFileAtomically } from "synthconv/node";
import { describeMachine, loadWarning, machineLine } from "./harness/machine.js";
import { textTable } from "./harness/table.js";
import { threadCounts } from "./library.js";
import { runBench } from "./peers/bench-process.js";
import { peerCatalogue } from "./peers/catalogue.js";
import { type Contest, type ContestSettings, type DescribedPeer, runContest } from "./peers/contest.js";
import { contestLine, contestTable } from "./peers/contest-table.js";
import { describePeers, versionsOf } from "./peers/describe.js";
import { benchmarksDocument, type PeersRun } from "./peers/document.js";
import { GOALS, goalsTable, reach } from "./peers/goals.js";
import { installPeers } from "./peers/install.js";
import { measureOperations, operationLine, operationsTable } from "./peers/operations.js";
import { isChosen, type PeersOptions, parsePeersOptions } from "./peers/options.js";
import { killPeers } from "./peers/peer-process.js";
import type { Work } from "./peers/protocol.js";
import { contestName } from "./peers/results.js";
import { WORKS } from "./peers/works.js";

const NOTES = fileURLToPath(new URL("../notes.md", import.meta.url));

async function runPeers(options: PeersOptions): Promise<PeersRun> {
  const { json, quick, node, python, only, withBench } = options;
  const say = (line: string): void => {
    if (!json) process.stderr.write(`${line}\n`);
  };
  const machine = { ...describeMachine(), node: nodeVersion(node) };
  say(machineLine(machine));
  const warning = loadWarning(machine);
  if (warning !== undefined) say(warning);
  // The table of operations is against PyTorch alone.
  if (only === undefined || only.some((kind) => kind !== "operations")) await installPeers(say);
  const peers = await describePeers(peerCatalogue({ node, python }), REQUEST_MILLISECONDS);
  for (const { label, missing } of peers) if (missing !== undefined) say(`${label}: ${missing}`);
  // First, because it may fail: no peer can stop the rest.
  if (withBench) say("npm run bench, two to three minutes");
  const bench = withBench ? await runBench(node, quick) : undefined;
  const counts = threadCounts();
  const contests: Contest[] = [];
  for (const work of WORKS.filter((one) => isChosen(one, only))) {
    for (const threads of counts) {
      const contest = await showProgress(work, threads, peers, options);
      say(contestLine(contest));
      contests.push(contest);
    }
  }
  const operations =
    only === undefined || only.includes("operations")
      ? await measureOperations(peers, {
          limitMilliseconds: REQUEST_MILLISECONDS,
          rounds: { rounds: quick ? 3 : 7, leastMilliseconds: quick ? 5 : 50, mostMilliseconds: 3000 },
          chosen: options.rows,
          onRow: (row) => say(operationLine(row)),
        })
      : [];
  const date = new Date().toISOString().slice(0, 10);
  return { machine, date, versions: versionsOf(peers), threadCounts: counts, contests, operations, bench };
}

// The slowest call that was measured, TensorFlow.js' whole image as one product, takes 45 s.
const REQUEST_MILLISECONDS = 60_000;

async function showProgress(
  work: Work,
  threads: number,
  peers: readonly DescribedPeer[],
  { json, quick }: PeersOptions,
): Promise<Contest> {
  const label = contestName({ work, threads, entries: [] });
  const progress = new Progress({ label, unit: "parts", silent: json });
  let done = 0;
  const settings: ContestSettings = {
    limitMilliseconds: REQUEST_MILLISECONDS,
    rounds: {
      rounds: quick ? 3 : 9,
      leastMilliseconds: quick ? 5 : 300,
      mostMilliseconds: quick ? 1000 : 6000,
    },
    onPart: (now) => progress.update(done++, { now }),
  };
  try {
    return await runContest(work, threads, peers, settings);
  } finally {
    progress.finish();
  }
}

function nodeVersion(node: string): string {
  return execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
}

function print(run: PeersRun): void {
  const goals = goalsTable({ contests: run.contests, sections: run.bench?.sections ?? [] }, run.threadCounts);
  const operations = run.operations.length === 0 ? [] : [operationsTable(run.operations)];
  // The goals are held against contests and against npm run bench.
  const judged = run.contests.length === 0 && run.bench === undefined ? [] : [goals];
  for (const table of [...run.contests.map(contestTable), ...operations, ...judged])
    process.stdout.write(`${textTable(table)}\n`);
}

function endOn(signal: NodeJS.Signals, code: number): void {
  process.on(signal, () => {
    killPeers();
    process.exit(code);
  });
}

const options = parsePeersOptions(process.argv.slice(2));
if (typeof options === "string") process.stdout.write(`${options}\n`);
else {
  process.on("exit", killPeers);
  endOn("SIGINT", 130);
  endOn("SIGTERM", 143);
  const run = await runPeers(options);
  if (options.json) {
    const evidence = { contests: run.contests, sections: run.bench?.sections ?? [] };
    const goals = GOALS.map((goal) => reach(goal, evidence, run.threadCounts));
    process.stdout.write(`${JSON.stringify({ ...run, goals }, undefined, 2)}\n`);
  } else print(run);
  if (options.out !== undefined) {
    await writeFileAtomically(options.out, benchmarksDocument(run, readFileSync(NOTES, "utf8")));
    if (!options.json) process.stderr.write(`wrote ${options.out}\n`);
  }
}
