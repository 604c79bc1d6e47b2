/** Which sizes of the inputs a network leaves free: found by running it at others. */
import { ValueError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import { differenceIn, readOffInputs } from "./same-trace.js";
import type { Trace } from "./trace.js";

/** An axis of an input, by their numbers. */
export interface InputAxis {
  readonly input: number;
  readonly axis: number;
}

/** Axes of one size. */
export interface FreeSize {
  /** That of the caller, or a word for what it is, which others may have too. */
  readonly name: string;
  readonly axes: readonly InputAxis[];
  /** In the example. */
  readonly size: number;
  /** The caller asks for it, so that it must not be fixed. */
  readonly isRequired: boolean;
}

/** Free sizes that are not those of the example. */
export type OtherSizes = ReadonlyMap<FreeSize, number>;

/** The shape of an input where these sizes are others. */
export function shapeAt(shape: Shape, input: number, sizes: OtherSizes): number[] {
  const now = [...shape];
  for (const [{ axes }, size] of sizes) for (const one of axes) if (one.input === input) now[one.axis] = size;
  return now;
}

export interface Run {
  readonly sizes: OtherSizes;
  readonly trace: Trace;
}

export interface FixedSize extends InputAxis {
  readonly size: number;
  readonly reason: string;
}

/** What is known of a network after it ran at several sizes. */
export interface Exploration {
  readonly free: readonly FreeSize[];
  readonly fixed: readonly FixedSize[];
  /** First the one of the example. */
  readonly runs: readonly Run[];
}

/** @param variant which numbers the inputs have; 0 for those of the example. */
export type Runner = (sizes: OtherSizes, variant: number) => Trace;

/**
 * Sizes are multiplied, so that what must be even or a multiple of 8 stays it. A line has two points and a third one that
 * proves it; where a multiple is refused the next one is tried.
 */
const MULTIPLES = [2, 3, 4, 5];
const MULTIPLES_NEEDED = 2;
/** Added to a size: with them a half, a third and a quarter are rounded in every way. */
const ROUNDED = [1, 2, 3, 5];
/** Smaller sizes show what is cut off at the example's; one is computed in a way of its own where it is broadcast. */
const LEAST = 2;

/** @throws {ValueError} when numbers are read off the inputs, or a size that must be free is not. */
export function explore(run: Runner, candidates: readonly FreeSize[]): Exploration {
  const [example, other] = [run(new Map(), 0), run(new Map(), 1)];
  refuseReadNumbers(example, other);
  const runs = [example, other].map((trace): Run => ({ sizes: new Map(), trace }));
  const start: Exploration = { free: [], fixed: [], runs };
  const explored = candidates.reduce((before, candidate) => withCandidate(run, before, candidate), start);
  return together(run, explored);
}

/** Axes that are free together, else each by itself, else none. */
function withCandidate(run: Runner, before: Exploration, candidate: FreeSize): Exploration {
  const { free, fixed, runs } = before;
  const found = runsAlone(run, (runs[0] as Run).trace, candidate);
  if (typeof found !== "string") return { free: [...free, candidate], fixed, runs: [...runs, ...found] };
  const isSingle = candidate.axes.length === 1 || candidate.isRequired;
  const separate = isSingle
    ? before
    : apart(candidate).reduce((now, one) => withCandidate(run, now, one), before);
  // Where none is free by itself either, what stands against all of them says more.
  if (separate.free.length > free.length) return separate;
  return { free, fixed: [...fixed, ...fixedBy(candidate, found)], runs };
}

function refuseReadNumbers(example: Trace, other: Trace): void {
  const difference = differenceIn(example, other);
  const read = difference === undefined ? readOffInputs(example, other) : `it ${difference}`;
  if (read === undefined) return;
  throw new ValueError({
    where: "exportOnnx network",
    expected: "operations that depend on the inputs through tensors alone",
    received: `another computation for other numbers of the same shape: ${read}`,
    repair:
      "Compute with operations (where, less, gridSample) in the place of x.data, item() and toArray(), or bake the input: { baked: [name] }.",
  });
}

/** The runs with this size alone another one, or why there are none. */
function runsAlone(run: Runner, example: Trace, candidate: FreeSize): Run[] | string {
  const { size } = candidate;
  if (size === 0) return "it is 0 in the example";
  const found: Run[] = [];
  let refusal: string | undefined;
  const attempt = (other: number): string | undefined => {
    const sizes = new Map([[candidate, other]]);
    const trace = traceOf(run, sizes);
    if (typeof trace === "string") {
      refusal ??= `at ${other}: ${trace}`;
      return undefined;
    }
    const difference = differenceIn(example, trace);
    if (difference !== undefined) return `at ${other} it ${difference}`;
    found.push({ sizes, trace });
    return undefined;
  };
  for (const multiple of MULTIPLES) {
    const difference = attempt(size * multiple);
    if (difference !== undefined) return difference;
    if (found.length === MULTIPLES_NEEDED) break;
  }
  if (found.length < MULTIPLES_NEEDED) return refusal ?? "no other size was accepted";
  // No multiples: how sizes are rounded is seen here, where the network takes them at all.
  const others = [...ROUNDED.map((more) => size + more), size >> 1, size - 1];
  for (const other of others.filter((one) => one >= LEAST)) {
    const difference = attempt(other);
    if (difference !== undefined) return difference;
  }
  return found;
}

/** What the network says against these sizes, as text. */
function traceOf(run: Runner, sizes: OtherSizes): Trace | string {
  try {
    return run(sizes, sizes.size + 1);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** One candidate for each axis. */
function apart({ axes, ...rest }: FreeSize): FreeSize[] {
  return axes.map((axis) => ({ ...rest, axes: [axis] }));
}

/** @throws {ValueError} when the caller asked for it. */
export function fixedBy({ name, axes, size, isRequired }: FreeSize, reason: string): FixedSize[] {
  if (!isRequired) return axes.map((axis) => ({ ...axis, size, reason }));
  throw new ValueError({
    where: `exportOnnx shapes ${name}`,
    expected: `a network that leaves it free`,
    received: reason.endsWith(".") ? reason.slice(0, -1) : reason,
    repair:
      size === 1
        ? "A size of 1 is often computed in another way: give an example of 2 or more."
        : `Write its number, ${size}, in shapes, or change the network so that it depends on no number.`,
  });
}

/** Runs with all sizes other ones at once, which tell products from sums; sizes that do not go together are fixed. */
function together(run: Runner, { free, fixed, runs }: Exploration): Exploration {
  if (free.length < 2) return { free, fixed, runs };
  const example = (runs[0] as Run).trace;
  const found: Run[] = [];
  for (const shift of [0, 1]) {
    const sizes = new Map(free.map((one, at) => [one, one.size * (2 + ((at + shift) % 2))]));
    const trace = traceOf(run, sizes);
    const reason = typeof trace === "string" ? trace : differenceIn(example, trace);
    if (reason === undefined) {
      found.push({ sizes, trace: trace as Trace });
      continue;
    }
    const last = free.findLast(({ isRequired }) => !isRequired) ?? (free.at(-1) as FreeSize);
    const names = free.map(({ name }) => name).join(", ");
    const left = withoutSize(
      { free, fixed, runs },
      last,
      `not together with the others (${names}): ${reason}`,
    );
    return together(run, left);
  }
  return { free, fixed, runs: [...runs, ...found] };
}

/** The same with one size fixed. */
export function withoutSize({ free, fixed, runs }: Exploration, size: FreeSize, reason: string): Exploration {
  return {
    free: free.filter((one) => one !== size),
    fixed: [...fixed, ...fixedBy(size, reason)],
    runs: runs.filter(({ sizes }) => !sizes.has(size)),
  };
}
