/**
 * Interleaved rounds: A B C B A C ... and not A A A B B B. The clock speed and the neighbours of a machine change
 * from second to second; interleaved, they change for all alike. The order is drawn again for every round: what comes
 * before leaves its garbage and its data in the caches to what comes after.
 */
import { RandomStream } from "synthconv";

export interface Contender {
  readonly name: string;
  /** Does the work a number of times and returns the milliseconds that took. */
  readonly run: (repeats: number) => number | Promise<number>;
}

export interface Series {
  readonly name: string;
  /** Milliseconds of one piece of work, one entry per round. */
  readonly milliseconds: readonly number[];
}

export interface RoundsOptions {
  readonly rounds: number;
  /** A contender's part of a round takes this long at least, so that the clock's resolution does not matter. */
  readonly leastMilliseconds: number;
  /** A contender that has used this much takes part in no further round, once it has had three. */
  readonly mostMilliseconds: number;
  /** Called before each part of a round. */
  readonly onPart?: (done: number, name: string) => void;
}

// Engines that compile in tiers run the first calls at a tenth of the speed.
const WARM_UP_MILLISECONDS = 150;
const MIN_WARM_UP_CALLS = 2;
const MIN_ROUNDS = 3;

interface Entrant {
  readonly contender: Contender;
  readonly repeats: number;
  readonly milliseconds: number[];
  spent: number;
}

/** Warms every contender up, then measures all of them in interleaved rounds. */
export async function interleave(
  contenders: readonly Contender[],
  options: RoundsOptions,
): Promise<ReadonlyMap<string, Series>> {
  const { rounds, leastMilliseconds, mostMilliseconds, onPart } = options;
  let done = 0;
  const entrants: Entrant[] = [];
  for (const contender of contenders) {
    onPart?.(done++, contender.name);
    const single = await warmUp(contender, mostMilliseconds);
    const repeats = Math.max(1, Math.ceil(leastMilliseconds / single));
    entrants.push({ contender, repeats, milliseconds: [], spent: 0 });
  }
  const random = new RandomStream({ seed: 0, purpose: "order of rounds" });
  for (let round = 0; round < rounds; round++) {
    for (const entrant of shuffled(entrants, random)) {
      onPart?.(done++, entrant.contender.name);
      if (entrant.spent > mostMilliseconds && entrant.milliseconds.length >= MIN_ROUNDS) continue;
      const elapsed = await entrant.contender.run(entrant.repeats);
      entrant.spent += elapsed;
      entrant.milliseconds.push(elapsed / entrant.repeats);
    }
  }
  return new Map(
    entrants.map(({ contender: { name }, milliseconds }) => [name, { name, milliseconds }] as const),
  );
}

/** In an order of equal chance (Knuth, TAOCP 3.4.2, algorithm P). */
function shuffled<Entry>(entries: readonly Entry[], random: RandomStream): Entry[] {
  const order = [...entries];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other] as Entry, order[last] as Entry];
  }
  return order;
}

/** @returns milliseconds of one piece of work, warm. */
async function warmUp({ run }: Contender, most: number): Promise<number> {
  let repeats = 1;
  let spent = 0;
  let single = Number.POSITIVE_INFINITY;
  for (let call = 0; call < MIN_WARM_UP_CALLS || spent < WARM_UP_MILLISECONDS; call++) {
    const elapsed = await run(repeats);
    spent += elapsed;
    // The clock of some systems stands still for a millisecond.
    single = Math.min(single, Math.max(elapsed, 1e-3) / repeats);
    if (spent > most / 2) break;
    if (elapsed < WARM_UP_MILLISECONDS / 8) repeats *= 2;
  }
  return single;
}

/** A contender that calls a function which works on the calling thread. */
export function timed(name: string, work: () => void): Contender {
  return {
    name,
    run: (repeats) => {
      const start = performance.now();
      for (let i = 0; i < repeats; i++) work();
      return performance.now() - start;
    },
  };
}

/** The series of a name that is known to be there. */
export function seriesOf(all: ReadonlyMap<string, Series>, name: string): readonly number[] {
  return all.get(name)?.milliseconds ?? [];
}
