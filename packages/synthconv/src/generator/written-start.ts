/** Generators that start by writing given numbers, whatever the condition. */
import { ValueError } from "../core/index.js";
import { type GeneratedPlace, generatedSize } from "./places.js";

/** The tensors end to end, each row-major. */
export interface WrittenStart {
  readonly weights: ArrayLike<number>;
}

/** How a generator starts: by a way's name, or by what it writes. */
interface Start {
  readonly initialization: string | WrittenStart;
}

/**
 * The numbers that a generator shall start by writing, if any are given.
 *
 * @throws {ValueError} when they are not as many as it writes.
 */
export function weightsToStartWith(
  { initialization }: Start,
  places: readonly GeneratedPlace[],
): ArrayLike<number> | undefined {
  if (typeof initialization === "string") return undefined;
  const { weights } = initialization;
  const count = generatedSize(places);
  if (weights.length === count) return weights;
  throw new ValueError({
    where: "generator initialization",
    expected: `${count} weights to start with`,
    received: String(weights.length),
  });
}

/**
 * Whether a generator that cannot write any numbers shall start by writing zeros.
 *
 * @throws {ValueError} when it shall start by writing others.
 */
export function startsWithZeros(kind: string, start: Start, places: readonly GeneratedPlace[]): boolean {
  const weights = weightsToStartWith(start, places);
  if (weights === undefined) return false;
  const first = Array.prototype.findIndex.call(weights, (value) => value !== 0);
  if (first < 0) return true;
  throw new ValueError({
    where: "generator initialization",
    expected: `zeros to start with: a generator of kind ${kind} cannot write any numbers whatever the condition`,
    received: `${weights[first]} at ${first}`,
    repair: 'Take another kind ("full", "mixture", "modulation", "film"), or let it write a change to them.',
  });
}
