/** Numbers that the first step read and that later steps compute with: in a variable, an array, a Map. */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { Place } from "./diagnosis.js";
import type { NotedRead } from "./noted-reads.js";
import type { ObservedStep } from "./observed-step.js";
import { isSameLine, placeOf, placesOf } from "./place.js";

export interface KeptNumbers {
  /** The line that read them in the first step. */
  readonly place: Place | undefined;
  readonly usedAt: Place | undefined;
  /** What they followed then. */
  readonly parameters: readonly Parameter[];
  /** Whether they scale what has a gradient. */
  readonly isScale: boolean;
}

/** What was read in the first step of what its parameters led to, and not behind a detach with a reason. */
export function readsToKeep({ reads, parameters, flow }: ObservedStep): Map<NotedRead, Parameter[]> {
  const found = new Map<NotedRead, Parameter[]>();
  for (const parameter of reads.length === 0 ? [] : parameters.values()) {
    if (!parameter.trainable) continue;
    const met = new Set<Tensor>([parameter]);
    for (const one of met)
      for (const { to, passage } of flow.edgesOutOf(one)) if (passage !== "declared") met.add(to);
    for (const read of reads)
      if (met.has(read.tensor)) found.set(read, [...(found.get(read) ?? []), parameter]);
  }
  return found;
}

/** Which of them a later step is computed with, and does not read again. */
export function keptNumbersIn(
  { trace, flow, reads: again }: ObservedStep,
  reads: ReadonlyMap<NotedRead, readonly Parameter[]>,
): KeptNumbers[] {
  const leaves =
    reads.size === 0
      ? []
      : trace.entries.filter(({ kind, tensor }) => {
          const isMade = trace.origins.get(tensor)?.inputs.length === 0;
          return kind === "leaf" && isMade && !tensor.requiresGrad && flow.reachesLoss(tensor);
        });
  return leaves.flatMap(({ tensor, site }): KeptNumbers[] => {
    for (const [{ numbers, places }, parameters] of reads) {
      if (again.some((read) => isSameWay(read.places, places)) || !comesFrom(tensor.data, numbers)) continue;
      // A helper that reads serves others, too.
      const place = placeInUser(places, placesOf(site));
      const isScale = flow.edgesOutOf(tensor).some(({ to }) => {
        const { operation = "" } = trace.origins.get(to) ?? {};
        return SCALES.has(operation) && to.requiresGrad && to.size > 1;
      });
      return [{ place, usedAt: placeOf(site), parameters, isScale }];
    }
    return [];
  });
}

/** Those that are the same in a step after that: a state goes on from step to step. */
export function keptOn(before: readonly KeptNumbers[], now: readonly KeptNumbers[]): KeptNumbers[] {
  return now.filter((one) =>
    before.some(({ place, usedAt }) => isSameLine(place, one.place) && isSameLine(usedAt, one.usedAt)),
  );
}

/** The line that read, in the function that computes with it: what called both is the same. */
function placeInUser(reader: readonly Place[], user: readonly Place[]): Place | undefined {
  const caller = reader.findIndex((place) => user.some((other) => isSameLine(place, other)));
  return reader[Math.max(0, caller - 1)];
}

function isSameWay(one: readonly Place[], other: readonly Place[]): boolean {
  return one.length === other.length && one.every((place, index) => isSameLine(place, other[index]));
}

const SCALES: ReadonlySet<string> = new Set(["multiply", "divide", "pow"]);
/** A sum in float64 and one in float32 differ by so much. */
const ROUNDING = 1e-5;

/** Whether numbers are others, one by one or times a factor, or a size of them. */
function comesFrom(numbers: FloatArray, others: FloatArray): boolean {
  if (numbers.length === 1) {
    const [number = 0] = numbers;
    if (Number.isInteger(number)) return false;
    return sizesIn(others).some((size) => isNear(number, size) || isNear(number * size, 1));
  }
  if (numbers.length !== others.length || numbers.every((value) => value === numbers[0])) return false;
  const at = numbers.findIndex((value) => value !== 0);
  const factor = (others[at] as number) / (numbers[at] as number);
  return numbers.every((value, index) => isNear(value * factor, others[index] as number));
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= ROUNDING * Math.max(Math.abs(one), Math.abs(other));
}

/** Sums, means, norms and ends: what a program makes one number of. */
function sizesIn(numbers: FloatArray): number[] {
  let [sum, absolute, squares] = [0, 0, 0];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbers) {
    sum += value;
    absolute += Math.abs(value);
    squares += value * value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const mean = sum / numbers.length;
  const variance = squares / numbers.length - mean * mean;
  const sizes = [sum, mean, absolute, absolute / numbers.length, squares, squares / numbers.length];
  return [
    ...sizes,
    ...[Math.sqrt(squares), Math.sqrt(squares / numbers.length), variance, Math.sqrt(variance)],
    ...[least, most, -least, (variance * numbers.length) / (numbers.length - 1)],
  ].filter((size) => Number.isFinite(size) && size !== 0);
}
