/** What the worker found out about the session's pairs and charts. */
import { effect, signal } from "@preact/signals";
import type { ChartCheck, PairCheck, Source } from "../../protocol/index.js";
import { session, worker } from "../../services/index.js";
import { StaleError } from "../../state/index.js";

/** What can be checked. */
export type Checkable = Extract<Source, { kind: "pair" | "chart" }>;
export type Checked =
  | { readonly pair: PairCheck }
  | { readonly chart: ChartCheck }
  | { readonly fault: string };

/** By `keyOf`; what has no entry is being looked at. */
export const checked = signal<ReadonlyMap<string, Checked>>(new Map());

export function keyOf(source: Checkable): string {
  return source.kind === "pair" ? `${source.before.key}\n${source.after.key}` : source.photo.key;
}

export function checkablesOf(sources: readonly Source[]): Checkable[] {
  return sources.filter((source) => source.kind !== "lut");
}

/** Looks at every pair and chart of the session, one after the other, as they come. @returns what ends it. */
export function follow(): () => void {
  const asked = new Set<string>();
  let queue = Promise.resolve();
  return effect(() => {
    for (const source of checkablesOf(session.state.value.sources)) {
      const key = keyOf(source);
      if (asked.has(key)) continue;
      asked.add(key);
      queue = queue.then(async () => {
        const found = await lookAt(source);
        if (found === undefined) asked.delete(key);
        else checked.value = new Map(checked.peek()).set(key, found);
      });
    }
  });
}

async function lookAt(source: Checkable): Promise<Checked | undefined> {
  try {
    if (source.kind === "chart") return { chart: await worker.ask("checkChart", source.photo) };
    const { before, after } = source;
    return { pair: await worker.ask("check", { before, after }) };
  } catch (error) {
    if (error instanceof StaleError) return undefined;
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
