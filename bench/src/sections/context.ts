import { Progress } from "synthconv/node";
import { type CeilingModules, compileCeilings } from "../ceilings/compile.js";
import { type Contender, interleave, type Series } from "../harness/rounds.js";

/** What every section is given. */
export interface BenchContext {
  readonly quick: boolean;
  /** No progress on stderr. */
  readonly silent: boolean;
  readonly ceilings: CeilingModules;
}

export async function makeContext(choice: { quick: boolean; silent: boolean }): Promise<BenchContext> {
  return { ...choice, ceilings: await compileCeilings() };
}

/** Interleaved rounds, with progress on stderr; --quick makes few and short ones. */
export async function measure(
  { quick, silent }: BenchContext,
  label: string,
  contenders: readonly Contender[],
  wantedRounds: number,
): Promise<ReadonlyMap<string, Series>> {
  const rounds = quick ? 3 : wantedRounds;
  const total = contenders.length * (rounds + 1);
  const progress = new Progress({ label, unit: "parts", total, silent });
  try {
    return await interleave(contenders, {
      rounds,
      leastMilliseconds: quick ? 5 : 20,
      mostMilliseconds: quick ? 1000 : 3000,
      onPart: (done, name) => progress.update(done, { now: name }),
    });
  } finally {
    progress.finish();
  }
}
