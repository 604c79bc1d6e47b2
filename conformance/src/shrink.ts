/**
 * Makes a failing case smaller, field by field, for as long as it fails. Not fast-check: on the page of a browser its
 * imports resolve to nothing, and most fields depend on others, which a repair of drawn values would blur.
 */
import type { Description, Form } from "./case.js";
import type { Failure } from "./check.js";

export interface Failing {
  readonly description: Description;
  readonly failure: Failure;
}

// Runs of candidates: what is not small by then has no small form.
const MAX_RUNS = 2000;

/** @param fails checks a description; the failure of a case that fails, undefined of one that passes. */
export async function shrink(
  { simplest, isValid }: Form,
  failing: Failing,
  fails: (description: Description) => Promise<Failure | undefined>,
): Promise<Failing> {
  let smallest = failing;
  let runs = 0;
  for (;;) {
    const before = smallest;
    for (const candidate of simplerThan(smallest.description, simplest)) {
      if (runs >= MAX_RUNS) return smallest;
      // Where no list has a number to lower, the last candidate is what there was.
      if (!isValid(candidate) || isSame(candidate, smallest.description)) continue;
      runs++;
      const failure = await fails(candidate);
      if (failure === undefined) continue;
      smallest = { description: candidate, failure };
      break;
    }
    if (smallest === before) return smallest;
  }
}

function isSame(a: Description, b: Description): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The steps that a description can go towards the simplest, the longest of each field first. */
function* simplerThan(description: Description, simplest: Description): Generator<Description> {
  for (const [field, value] of Object.entries(description)) {
    const goal = simplest[field];
    if (field === "form" || goal === undefined) continue;
    for (const simpler of simplerValues(value, goal))
      yield { ...description, [field]: simpler } as Description;
  }
  // Fields that only shrink together: a layer of a network with its activation, the sides of a kernel.
  yield* simplerTogether(description, simplest);
}

type Value = Description[string];

function* simplerValues(value: Value, goal: Value): Generator<Value> {
  if (typeof value === "number" && typeof goal === "number") {
    yield* simplerNumbers(value, goal);
  } else if (Array.isArray(value) && Array.isArray(goal)) {
    for (const [index, entry] of value.entries()) {
      for (const simpler of simplerValues(entry, goal[Math.min(index, goal.length - 1)])) {
        yield value.with(index, simpler) as Value;
      }
    }
  } else if (value !== goal) yield goal;
}

/** The goal, then halves of the way to it, then one step. */
function* simplerNumbers(value: number, goal: number): Generator<number> {
  for (let way = value - goal; Math.abs(way) >= 1; way = Math.trunc(way / 2)) yield value - way;
  if (value !== goal && Math.abs(value - goal) < 1) yield goal;
}

function* simplerTogether(description: Description, simplest: Description): Generator<Description> {
  const lists = Object.entries(description).filter(([field, value]) => {
    const goal = simplest[field];
    return Array.isArray(value) && Array.isArray(goal) && value.length > goal.length;
  }) as [string, readonly (number | string)[]][];
  const longest = Math.max(0, ...lists.map(([, list]) => list.length));
  for (let at = 0; at < longest; at++) {
    const shorter = lists.map(([field, list]) => [field, list.toSpliced(at, 1)] as const);
    yield { ...description, ...Object.fromEntries(shorter) } as Description;
  }
  const numbers = Object.entries(description).filter(([, value]) => Array.isArray(value)) as [
    string,
    Value,
  ][];
  const less = numbers.map(([field, value]) => {
    const list = value as readonly (number | string)[];
    return [field, list.map((entry) => (typeof entry === "number" && entry > 1 ? entry - 1 : entry))];
  });
  yield { ...description, ...Object.fromEntries(less) } as Description;
}
