/** What the worker found out about the session's pairs. */
import { effect, signal } from "@preact/signals";
import type { PairCheck, Source } from "../../protocol/index.js";
import { session, worker } from "../../services/index.js";
import { StaleError } from "../../state/index.js";

export type Pair = Extract<Source, { kind: "pair" }>;
export type Checked = { readonly check: PairCheck } | { readonly fault: string };

/** By `keyOf`; a pair without an entry is being looked at. */
export const checked = signal<ReadonlyMap<string, Checked>>(new Map());

export const keyOf = ({ before, after }: Pair): string => `${before.key}\n${after.key}`;

export function pairsOf(sources: readonly Source[]): Pair[] {
  return sources.filter((source) => source.kind === "pair");
}

/** Looks at every pair of the session, one after the other, as they come. @returns what ends it. */
export function follow(): () => void {
  const asked = new Set<string>();
  let queue = Promise.resolve();
  return effect(() => {
    for (const pair of pairsOf(session.state.value.sources)) {
      const key = keyOf(pair);
      if (asked.has(key)) continue;
      asked.add(key);
      queue = queue.then(async () => {
        const found = await lookAt(pair);
        if (found === undefined) asked.delete(key);
        else checked.value = new Map(checked.peek()).set(key, found);
      });
    }
  });
}

async function lookAt({ before, after }: Pair): Promise<Checked | undefined> {
  try {
    return { check: await worker.ask("check", { before, after }) };
  } catch (error) {
    if (error instanceof StaleError) return undefined;
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
