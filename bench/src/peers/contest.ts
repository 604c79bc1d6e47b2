/**
 * One work with one number of threads by every peer. Each formulation has its own heat: are its numbers right,
 * how long does one call take? The best of each peer go into the final, which is measured in interleaved rounds.
 */
import { setTimeout as pause } from "node:timers/promises";
import { forgetPeak } from "../harness/memory.js";
import { type Contender, interleave, type RoundsOptions } from "../harness/rounds.js";
import { LIBRARY_ID, type Peer } from "./catalogue.js";
import { largestDifference } from "./compare.js";
import { PeerProcess } from "./peer-process.js";
import { type Description, inputAndOutputBytes, type Samples, type Work } from "./protocol.js";

export interface Entry {
  readonly peer: string;
  readonly label: string;
  readonly counts: boolean;
  /** Empty where the peer has none for this work. */
  readonly formulation: string;
  /** Largest relative difference from this library's numbers. */
  readonly difference?: number;
  /** Milliseconds of the quickest call of its heat. */
  readonly heat?: number;
  /** Milliseconds of one piece of work, one entry per round of the final; empty for those who were not in it. */
  readonly milliseconds: readonly number[];
  /** Peak of the resident set in the final beyond what it held before, and beyond the work's input and output. */
  readonly extraBytes?: number;
  /** Why there are no times. */
  readonly error?: string;
}

export interface Contest {
  readonly work: Work;
  readonly threads: number;
  readonly entries: readonly Entry[];
}

/** A peer that can be started, and what it said of itself. */
export interface DescribedPeer extends Peer {
  readonly description?: Description;
}

export interface ContestSettings {
  /** A request that takes longer ends the peer. */
  readonly limitMilliseconds: number;
  readonly rounds: Pick<RoundsOptions, "rounds" | "leastMilliseconds" | "mostMilliseconds">;
  readonly onPart?: (name: string) => void;
}

// Engines that compile, and those that look for the best algorithm, are slow at first. Two calls at least.
const HEAT_CALLS = 8;
const HEAT_MILLISECONDS = 1500;

// The quickest call of a heat may be off by so much: who is further behind than that is not the best.
const FINAL_MARGIN = 1.5;
const MAX_FINALISTS = 3;

// Threads of ONNX Runtime and OpenMP wait for more work at full speed (30 ms of processor time were measured) before
// they sleep: they must not take the cores of the one whose turn is next.
const PAUSE_MILLISECONDS = 50;

interface Task {
  readonly work: Work;
  readonly threads: number;
  readonly settings: ContestSettings;
}

export async function runContest(
  work: Work,
  threads: number,
  peers: readonly DescribedPeer[],
  settings: ContestSettings,
): Promise<Contest> {
  const task: Task = { work, threads, settings };
  const entries: Entry[] = [];
  let expected: Samples | undefined;
  for (const peer of peers.filter(({ kinds }) => kinds === undefined || kinds.includes(work.kind))) {
    const obstacle = obstacleOf(peer, task);
    const formulations = peer.description?.formulations[work.kind] ?? [];
    if (obstacle !== undefined) entries.push({ ...emptyEntry(peer, ""), error: obstacle });
    else {
      for (const formulation of formulations) {
        const { entry, samples } = await runHeat(peer, formulation, task, expected);
        if (peer.id === LIBRARY_ID) expected ??= samples;
        entries.push(entry);
      }
    }
  }
  return { work, threads, entries: await runFinal(entries, peers, task) };
}

function obstacleOf({ missing, description }: DescribedPeer, { work, threads }: Task): string | undefined {
  if (missing !== undefined) return missing;
  if (description === undefined) return "could not be started";
  if (threads > description.mostThreads) return "one thread is all that it has in Node";
  if (description.formulations[work.kind].length > 0) return undefined;
  return description.cannot[work.kind] ?? "has no way to do it";
}

function emptyEntry({ id, label, counts }: Peer, formulation: string): Entry {
  return { peer: id, label, counts, formulation, milliseconds: [] };
}

async function runHeat(
  peer: Peer,
  formulation: string,
  { work, threads, settings }: Task,
  expected: Samples | undefined,
): Promise<{ entry: Entry; samples?: Samples }> {
  const entry = emptyEntry(peer, formulation);
  settings.onPart?.(`${peer.label}, ${formulation}`);
  const child = new PeerProcess(peer.command(threads), settings.limitMilliseconds);
  try {
    await child.prepare({ work, formulation, threads });
    const { samples } = await child.check();
    const difference = expected === undefined ? {} : { difference: largestDifference(expected, samples) };
    const heat = await quickestCall(child);
    return { entry: { ...entry, ...difference, heat }, samples };
  } catch (error) {
    return { entry: { ...entry, error: messageOf(error) } };
  } finally {
    child.kill();
  }
}

async function quickestCall(child: PeerProcess): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let call = 0; call < HEAT_CALLS && (call < 2 || spent < HEAT_MILLISECONDS); call++) {
    const { milliseconds } = await child.run(1);
    quickest = Math.min(quickest, milliseconds);
    spent += milliseconds;
  }
  return quickest;
}

/** @returns whether an entry goes into the final, among all of its heats. */
export function isFinalist(entry: Entry, entries: readonly Entry[]): boolean {
  const rivals = entries
    .filter(({ peer, heat }) => peer === entry.peer && heat !== undefined)
    .sort((a, b) => Number(a.heat) - Number(b.heat));
  const best = rivals[0]?.heat;
  if (best === undefined || entry.heat === undefined) return false;
  return entry.heat <= FINAL_MARGIN * best && rivals.indexOf(entry) < MAX_FINALISTS;
}

interface Finalist {
  readonly entry: Entry;
  readonly child: PeerProcess;
  heldBytes: number;
  error?: string;
}

async function runFinal(
  entries: readonly Entry[],
  peers: readonly Peer[],
  { work, threads, settings }: Task,
): Promise<Entry[]> {
  const finalists: Finalist[] = [];
  const results = new Map<Entry, Entry>();
  try {
    for (const entry of entries.filter((one) => isFinalist(one, entries))) {
      const peer = peers.find(({ id }) => id === entry.peer) as Peer;
      const child = new PeerProcess(peer.command(threads), settings.limitMilliseconds);
      const finalist: Finalist = { entry, child, heldBytes: 0 };
      finalists.push(finalist);
      try {
        const { formulation } = entry;
        finalist.heldBytes = (await child.prepare({ work, formulation, threads })).heldBytes;
      } catch (error) {
        finalist.error = messageOf(error);
      }
    }
    const before = finalists.map(({ child }) => {
      forgetPeak(child.pid);
      return child.memory()?.current;
    });
    const contenders = finalists.map((finalist, index) => contenderOf(finalist, String(index)));
    const series = await interleave(contenders, {
      ...settings.rounds,
      onPart: (_, name) => settings.onPart?.(nameOf(finalists[Number(name)])),
    });
    finalists.forEach(({ entry, child, heldBytes, error }, index) => {
      const peak = child.memory()?.peak;
      const start = before[index];
      const owed = inputAndOutputBytes(work) - heldBytes;
      const memory =
        peak === undefined || start === undefined ? {} : { extraBytes: Math.max(0, peak - start - owed) };
      const milliseconds = series.get(String(index))?.milliseconds ?? [];
      results.set(
        entry,
        error === undefined ? { ...entry, ...memory, milliseconds } : { ...entry, error, milliseconds: [] },
      );
    });
  } finally {
    for (const { child } of finalists) child.kill();
  }
  return entries.map((entry) => results.get(entry) ?? entry);
}

function nameOf(finalist: Finalist | undefined): string {
  return finalist === undefined ? "" : `final: ${finalist.entry.label}, ${finalist.entry.formulation}`;
}

/** A peer that fails takes part in the other rounds with no time, so that it does not stop the rest. */
function contenderOf(finalist: Finalist, name: string): Contender {
  return {
    name,
    run: async (repeats) => {
      if (finalist.error !== undefined) return Number.NaN;
      await pause(PAUSE_MILLISECONDS);
      try {
        return (await finalist.child.run(repeats)).milliseconds;
      } catch (error) {
        finalist.error = messageOf(error);
        return Number.NaN;
      }
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
