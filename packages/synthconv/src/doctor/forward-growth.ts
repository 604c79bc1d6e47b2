/** Values that grow on their way forward, each time that they pass one line, until they are infinite. */
import type { Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";
import { largest } from "../core/extremes.js";
import type { ObservedStep } from "./observed-step.js";
import { operationsThat } from "./operations.js";
import { placeOf } from "./place.js";
import { placeText } from "./report/words.js";
import type { Origin } from "./trace.js";

export interface ForwardGrowth {
  readonly operation: string;
  readonly site: CallSite;
  readonly times: number;
  /** Of one passage. */
  readonly factor: number;
}

/** So often is a loop, and so much is no single large number. */
const MIN_TIMES = 6;
const MIN_GROWTH = 1e6;
const LAYERS: ReadonlySet<string> = operationsThat("multiplies");

/** Undefined where what came to the operation that overflowed did not grow in a loop. */
export function growthBefore(overflown: Origin, { trace }: ObservedStep): ForwardGrowth | undefined {
  const way: { readonly origin: Origin; readonly size: number }[] = [];
  let current: Origin | undefined = overflown;
  while (current !== undefined) {
    const [next] = current.inputs
      .map((tensor) => ({ origin: trace.origins.get(tensor), size: sizeOf(tensor) }))
      .filter((one): one is { origin: Origin; size: number } => (one.origin?.inputs.length ?? 0) > 0)
      .sort((a, b) => b.size - a.size);
    if (next !== undefined) way.unshift(next);
    current = next?.origin;
  }
  const byLine = new Map<string, { readonly origin: Origin; readonly size: number }[]>();
  for (const one of way) {
    const place = LAYERS.has(one.origin.operation) ? placeOf(one.origin.site) : undefined;
    if (place === undefined) continue;
    const line = `${one.origin.operation} ${placeText(place)}`;
    byLine.set(line, [...(byLine.get(line) ?? []), one]);
  }
  const [most = []] = [...byLine.values()].sort((a, b) => b.length - a.length);
  const [first, last] = [most[0], most.at(-1)];
  if (first === undefined || last === undefined || most.length < MIN_TIMES) return undefined;
  const growth = last.size / Math.max(first.size, 1e-30);
  if (!(growth > MIN_GROWTH)) return undefined;
  const { operation, site } = first.origin;
  return { operation, site, times: most.length, factor: growth ** (1 / (most.length - 1)) };
}

function sizeOf({ data }: Tensor): number {
  return largest(Array.from(data, Math.abs), 0);
}
