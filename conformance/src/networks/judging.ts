/**
 * Whether a network trained as it should, in float32 by the library's kernels:
 *
 * - Gradients of single steps are those of float64 at the same numbers, as closely as float64 keeps to itself when each of
 *   its operations rounds as float32 does (watch.ts). What is measured is this network's own condition at this step.
 * - Slopes of the loss, from differences of the loss alone, are those of the float64 gradients: nothing that both element
 *   types have in common can be wrong unseen (slopes.ts).
 * - Updates are those of the optimizer's formula for the gradients that there were, with clipping and the schedule.
 * - The numbers after 1, 2, 4, ... steps are those of float64 trained by itself, as closely as float64 that rounds comes to
 *   them. Where a number has come to the other side of a kink, both are right, and part: what follows is not compared.
 */
import type { Complaint } from "../case.js";
import { Random } from "../random.js";
import { Program } from "./program.js";
import { slopeComplaints } from "./slopes.js";
import type { NetworkCase } from "./space.js";
import { lookAt, type Named, type Step, type Trace, trainProgram } from "./training.js";
import { updateComplaints } from "./updates.js";
import { areSame, largestOf, type Sides, UNIT, Watch } from "./watch.js";

// As many times as the disturbed gradients are off, and roundings of the largest entry.
const OF_DISTURBED = 16;
const ROUNDINGS = 16;
const DISTURBED_STEPS = 3;
// Tries for so many that stay on the same sides of all kinks.
const MAX_DISTURBED_STEPS = 8;
const DISTURBED_RUNS = 2;

// A trajectory says little about a network that float32 moves by more than this share of its largest numbers.
const TELLING = 1e-3;

/** The library's network in float64, and how far it moves when it rounds. */
export class Exact {
  readonly #one: NetworkCase;
  readonly #program: Program;
  #runs: { readonly base: Trace; readonly disturbed: readonly Trace[] } | undefined;
  #slopes: readonly Complaint[] | undefined;

  constructor(one: NetworkCase) {
    this.#one = one;
    this.#program = new Program(one).to("float64");
  }

  get runs(): { readonly base: Trace; readonly disturbed: readonly Trace[] } {
    const one = this.#one;
    const runOf = (watch: Watch): Trace => trainProgram(new Program(one).to("float64"), one, watch);
    this.#runs ??= {
      base: runOf(new Watch()),
      disturbed: Array.from({ length: DISTURBED_RUNS }, (_, run) => {
        return runOf(new Watch(new Random(one.seed, `disturbed run ${run}`)));
      }),
    };
    return this.#runs;
  }

  /** With the numbers of another run; disturbed where it stays on the same sides of all kinks. */
  at({ values }: Step, step: number): { readonly base: Step; readonly disturbed: readonly Step[] } {
    const look = (watch: Watch): Step => {
      assign(this.#program, values);
      // What rounds inside of an operation does so as if its weights were others in their last digit.
      for (const { data } of this.#program.parameters()) watch.disturb(data);
      return lookAt(this.#program, step, watch);
    };
    const random = (index: number): Random => new Random(this.#one.seed, `disturbed step ${step}, ${index}`);
    const base = look(new Watch());
    const disturbed: Step[] = [];
    for (let index = 0; index < MAX_DISTURBED_STEPS && disturbed.length < DISTURBED_STEPS; index++) {
      const one = look(new Watch(random(index)));
      if (areSame(one.sides, base.sides)) disturbed.push(one);
    }
    return { base, disturbed };
  }

  get slopes(): readonly Complaint[] {
    const { steps } = this.runs.base;
    if (this.#slopes !== undefined) return this.#slopes;
    const random = new Random(this.#one.seed, "slopes");
    const step = random.integer(0, steps.length - 1);
    assign(this.#program, (steps[step] as Step).values);
    this.#slopes = slopeComplaints(this.#program, step, random);
    return this.#slopes;
  }
}

function assign(program: Program, values: Step["values"]): void {
  for (const [name, parameter] of program.namedParameters()) {
    const given = values[name];
    if (given !== undefined) parameter.assign(given);
  }
}

type Note = (taken: string) => void;

export function judgeNetwork(one: NetworkCase, trace: Trace, exact: Exact, note: Note): Complaint[] {
  const last = trace.steps.length - 1;
  // For the bits of threads: float64 takes long over such images.
  if (one.threads !== "one") return gradientComplaints([0], trace, exact, note);
  return [
    ...gradientComplaints([0, last >> 1, last], trace, exact, note),
    ...exact.slopes,
    ...updateComplaints(one, trace),
    ...trajectoryComplaints(trace, exact, note),
  ];
}

function gradientComplaints(at: readonly number[], { steps }: Trace, exact: Exact, note: Note): Complaint[] {
  return [...new Set(at)].flatMap((step) => {
    const actual = steps[step] as Step;
    const { base, disturbed } = exact.at(actual, step);
    const where = `at step ${step}`;
    if (!areSame(actual.sides, base.sides)) {
      const far = farAcross(actual.sides, base.sides);
      if (far !== undefined) return [{ output: `a kink ${where}`, ...far }];
      note("gradients on two sides of a kink");
      return [];
    }
    if (disturbed.length < DISTURBED_STEPS) {
      note("gradients next to a kink");
      return [];
    }
    note("gradients compared");
    const loss = (one: Step): Named<Float64Array> => ({ loss: Float64Array.of(one.loss) });
    return [
      ...differences(`, ${where}`, loss(actual), loss(base), disturbed.map(loss)),
      ...differences(
        `, gradient ${where}`,
        actual.gradients,
        base.gradients,
        disturbed.map(({ gradients }) => gradients),
      ),
    ];
  });
}

function trajectoryComplaints({ steps, values }: Trace, exact: Exact, note: Note): Complaint[] {
  const { base, disturbed } = exact.runs;
  const after = (trace: Trace, count: number) => trace.steps[count]?.values ?? trace.values;
  const complaints: Complaint[] = [];
  let together = 0;
  const like = new Set(disturbed);
  for (let count = 1; count <= steps.length; count++) {
    const sides = (trace: Trace): Sides => (trace.steps[count - 1] as Step).sides;
    if (!areSame((steps[count - 1] as Step).sides, sides(base))) break;
    // Adam takes what is left of a sum that should be 0 for a slope.
    if (leavesDust(steps[count - 1] as Step, base.steps[count - 1] as Step)) break;
    for (const one of like) if (!areSame(sides(one), sides(base))) like.delete(one);
    if (like.size === 0) break;
    together = count;
    if ((count & (count - 1)) !== 0 && count !== steps.length) continue;
    const actual = after({ steps, values }, count);
    const expected = after(base, count);
    const moved = [...like].map((one) => after(one, count));
    complaints.push(...differences(` after ${count} steps`, actual, expected, moved));
    if (count < steps.length) continue;
    const isTelling = Object.entries(expected).every(([name, numbers]) => {
      return (
        allowanceOf(
          numbers,
          moved.map((one) => one[name] ?? []),
        ) <=
        TELLING * largestOf(numbers)
      );
    });
    note(isTelling ? "a trajectory that tells" : "a trajectory that float32 moves far");
  }
  if (together < steps.length) note("a trajectory to a kink");
  return complaints;
}

type Numbers = ArrayLike<number>;

/** The worst entry of each array that is further off than it may be. */
function differences(
  what: string,
  actual: Named<Numbers>,
  expected: Named<Numbers>,
  disturbed: readonly Named<Numbers>[],
): Complaint[] {
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...names].flatMap((name) => {
    const output = `${name}${what}`;
    const [ours, theirs] = [actual[name], expected[name]];
    if (ours === undefined || theirs === undefined) {
      const lengths = { actual: ours?.length ?? -1, expected: theirs?.length ?? -1 };
      return [{ output, index: -1, ...lengths, excess: Number.NaN }];
    }
    const own = allowanceOf(
      theirs,
      disturbed.map((one) => one[name] ?? []),
    );
    // What cancels altogether rounds as the others do.
    const allowance = own || ROUNDINGS * UNIT * Math.max(...Object.values(expected).map(largestOf));
    const [index, distance] = farthest(ours, theirs);
    const excess = distance / allowance;
    const [a, e] = [ours[index] as number, theirs[index] as number];
    return distance <= allowance ? [] : [{ output, index, actual: a, expected: e, excess }];
  });
}

function allowanceOf(expected: Numbers, disturbed: readonly Numbers[]): number {
  const moved = Math.max(0, ...disturbed.map((numbers) => farthest(numbers, expected)[1]));
  return OF_DISTURBED * moved + ROUNDINGS * UNIT * largestOf(expected);
}

/** Whether a gradient is all 0 in float64, where signs cancel, and not in float32. */
function leavesDust({ gradients: actual }: Step, { gradients: expected }: Step): boolean {
  return Object.entries(expected).some(([name, gradient]) => {
    return largestOf(gradient) === 0 && largestOf(actual[name] ?? []) > 0;
  });
}

/** Index and size of the largest difference; NaN counts as one. */
function farthest(a: Numbers, b: Numbers): readonly [index: number, distance: number] {
  let [at, most] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    const distance = Math.abs((a[i] as number) - (b[i] as number));
    if (distance <= most) continue;
    [at, most] = [i, distance];
    if (Number.isNaN(distance)) return [i, Number.POSITIVE_INFINITY];
  }
  return [at, most];
}

// Of the largest number before a kink: float32 does not carry one across that lies further off.
const FAR_ACROSS = 1e-4;

function farAcross(a: Sides, b: Sides): Omit<Complaint, "output"> | undefined {
  if (a.entries.length !== b.entries.length) {
    const lengths = { actual: a.entries.length, expected: b.entries.length };
    return { index: -1, ...lengths, excess: Number.NaN };
  }
  const allowance = FAR_ACROSS * largestOf(b.entries);
  const [index, distance] = farthest(a.entries, b.entries);
  const [actual, expected] = [a.entries[index] as number, b.entries[index] as number];
  return distance > allowance ? { index, actual, expected, excess: distance / allowance } : undefined;
}
