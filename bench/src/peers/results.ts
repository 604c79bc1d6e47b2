/** What a contest says: who is the best of a peer, and how many times as fast this library is. */
import { pairedRatios, type Summary, summarise } from "../harness/statistics.js";
import { LIBRARY_ID } from "./catalogue.js";
import { TOLERANCE } from "./compare.js";
import type { Contest, Entry } from "./contest.js";
import { type Work, workName } from "./protocol.js";

/** Whether it computed the same numbers; true for the library, which the others are compared with. */
export function isSame({ difference = 0 }: Entry): boolean {
  return difference <= TOLERANCE;
}

/** The quickest of the entries that were in the final and computed the same numbers. */
export function quickest(entries: readonly Entry[]): Entry | undefined {
  const finalists = entries.filter((entry) => entry.milliseconds.length > 0 && isSame(entry));
  const median = ({ milliseconds }: Entry): number => summarise(milliseconds).median;
  return finalists.reduce<Entry | undefined>(
    (best, entry) => (best === undefined || median(entry) < median(best) ? entry : best),
    undefined,
  );
}

export function libraryEntry({ entries }: Contest): Entry | undefined {
  return quickest(entries.filter(({ peer }) => peer === LIBRARY_ID));
}

/** Times as fast as `entry` the library is, round by round; undefined where one of them has no times. */
export function ratioTo(contest: Contest, entry: Entry | undefined): Summary | undefined {
  const library = libraryEntry(contest);
  if (library === undefined || entry === undefined || !isSame(entry)) return undefined;
  if (entry.milliseconds.length === 0) return undefined;
  return summarise(pairedRatios(entry.milliseconds, library.milliseconds));
}

/** The peer that the goals of a contest are held against. */
export function toughest({ entries }: Contest): Entry | undefined {
  return quickest(entries.filter(({ counts }) => counts));
}

export function findContest(
  contests: readonly Contest[],
  threads: number,
  kind: Work["kind"],
  hidden?: number,
): Contest | undefined {
  return contests.find(
    ({ work, threads: count }) =>
      count === threads && work.kind === kind && (!("hidden" in work) || work.hidden === hidden),
  );
}

export function contestName({ work, threads }: Contest): string {
  return `${workName(work)}, ${threads === 1 ? "one thread" : `${threads} threads`}`;
}
