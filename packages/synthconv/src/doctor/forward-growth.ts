/** Values that grow on their way forward, from layer to layer or each time that they pass one line. */
import type { Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";
import { largest } from "../core/extremes.js";
import type { ObservedStep } from "./observed-step.js";
import { operationsThat } from "./operations.js";
import { placeOf } from "./place.js";
import { numberText, placeText } from "./report/words.js";
import type { Origin } from "./trace.js";

export interface ForwardGrowth {
  /** What they pass, in its order: layers of one line, or of many. */
  readonly layers: readonly Origin[];
  readonly isOneLine: boolean;
  readonly site: CallSite;
  /** Of one layer. */
  readonly factor: number;
  /** The largest entry behind the last of them. */
  readonly size: number;
}

/** So often is a loop, and so much is no single large number. */
const MIN_TIMES = 6;
const MIN_GROWTH = 1e6;
const LAYERS: ReadonlySet<string> = operationsThat("multiplies");

interface Stop {
  readonly origin: Origin;
  readonly size: number;
}

/** Undefined where what came to the operation did not grow on its way. */
export function growthBefore(end: Origin, { trace }: ObservedStep): ForwardGrowth | undefined {
  const way: Stop[] = [];
  let current: Origin | undefined = end;
  while (current !== undefined) {
    const [next] = current.inputs
      .map((tensor) => ({ origin: trace.origins.get(tensor), size: sizeOf(tensor) }))
      .filter((one): one is Stop => (one.origin?.inputs.length ?? 0) > 0)
      .sort((a, b) => b.size - a.size);
    if (next !== undefined) way.unshift(next);
    current = next?.origin;
  }
  const layers = way.filter(({ origin }) => LAYERS.has(origin.operation));
  const byLine = new Map<string, Stop[]>();
  for (const one of layers) {
    const place = placeOf(one.origin.site);
    if (place === undefined) continue;
    const line = `${one.origin.operation} ${placeText(place)}`;
    byLine.set(line, [...(byLine.get(line) ?? []), one]);
  }
  const [most = []] = [...byLine.values()].sort((a, b) => b.length - a.length);
  return growthOf(most, true) ?? growthOf(layers, false);
}

function growthOf(stops: readonly Stop[], isOneLine: boolean): ForwardGrowth | undefined {
  const [first, last] = [stops[0], stops.at(-1)];
  if (first === undefined || last === undefined || stops.length < MIN_TIMES) return undefined;
  const growth = last.size / Math.max(first.size, 1e-30);
  if (!(growth > MIN_GROWTH)) return undefined;
  const layers = stops.map(({ origin }) => origin);
  const factor = growth ** (1 / (stops.length - 1));
  return { layers, isOneLine, site: first.origin.site, factor, size: last.size };
}

/** `The values grow by a factor of about 3.9 each time that they pass the linear here, 26 times in this run`. */
export function growthText({ layers, isOneLine, factor }: ForwardGrowth): string {
  const name = layers[0]?.operation;
  const times = `The values grow by a factor of about ${numberText(factor)}`;
  return isOneLine
    ? `${times} each time that they pass the ${name} here, ${layers.length} times in this run`
    : `${times} in each of ${layers.length} layers, of which the first is the ${name} here`;
}

function sizeOf({ data }: Tensor): number {
  return largest(Array.from(data, Math.abs), 0);
}
