/**
 * Sums that take the gradient round what has none: by value what steps, or an arg max, made of a tensor, by the tape
 * that tensor itself (a straight-through estimator, arXiv:1308.3432), however the sum is written.
 */
import type { Tensor } from "../autograd/tensor.js";
import { correlation } from "./correlation.js";
import { LinearShares, type Share } from "./linear-shares.js";
import type { ObservedStep } from "./observed-step.js";
import { operationsThat } from "./operations.js";
import type { Edge, Origin, Trace } from "./trace.js";

export interface StraightThrough {
  /** The sum at which it is whole. */
  readonly origin: Origin;
  /** What the value is of. */
  readonly stepped: Tensor;
  /** What the gradient goes to. */
  readonly passed: readonly Tensor[];
  /** Whether the gradient comes by a minus, so that what follows it goes up. */
  readonly isTurned: boolean;
}

const SUMS: ReadonlySet<string> = new Set(["add", "subtract", "negate"]);
/** Of factors that cancel a float32 leaves so much. */
const ROUNDING = 1e-4;

/** Each once, at the first sum that has all of it. */
export function straightThroughs(step: ObservedStep): StraightThrough[] {
  const { trace, flow } = step;
  if (!trace.edges.some(isCut)) return [];
  const shares = new LinearShares(trace);
  const known = new Set<Tensor>();
  return [...trace.origins.values()].flatMap((origin): StraightThrough[] => {
    const { operation, tensor } = origin;
    if (!SUMS.has(operation) || tensor.node === undefined || !flow.feedsTape(tensor)) return [];
    const found = sumIn(origin, [...shares.of(tensor)], step);
    if (found === undefined || known.has(found.stepped)) return [];
    known.add(found.stepped);
    return [found];
  });
}

function sumIn(
  origin: Origin,
  shares: readonly (readonly [Tensor, Share])[],
  step: ObservedStep,
): StraightThrough | undefined {
  const { tensor } = origin;
  const terms = shares.filter(([term]) => term.size === tensor.size && tensor.size > 1);
  // Whose gradient is not that of its own share.
  const passed = terms.filter(([, { value, open }]) => open !== 0 && Math.abs(value - open) > ROUNDING);
  for (const [stepped, { value }] of terms) {
    const own = passed.filter(([term]) => term !== stepped);
    const [first] = own;
    if (first === undefined || Math.abs(value) < ROUNDING) continue;
    // By itself the sum follows it by its share, and by that of what it was made of.
    const meant = [value + first[1].value, first[1].value].find((one) => Math.abs(one) > ROUNDING);
    const direction = correlation(stepped.data, first[0].data) < -NEAR ? -1 : 1;
    const isTurned = meant !== undefined && direction * meant * first[1].open < 0;
    // Whatever is taken the place of is meant so where the gradient keeps its sign.
    if (isTurned && !own.every(([term]) => isOf(stepped, term, step))) continue;
    return { origin, stepped, passed: own.map(([term]) => term), isTurned };
  }
  return undefined;
}

const CHOICES = operationsThat("chooses");
/** Entries that go together: what rounds, or chooses the nearest, stays near. */
const NEAR = 0.5;

/** Whether one is the other with steps in between, or numbers near it that carry no gradient. */
function isOf(stepped: Tensor, passed: Tensor, { trace, flow }: ObservedStep): boolean {
  const isNear = correlation(stepped.data, passed.data) > NEAR;
  const isChosen = CHOICES.has(trace.origins.get(stepped)?.operation ?? "");
  if (isChosen || (isNear && !stepped.requiresGrad)) return true;
  // A slope that stands for the steps may begin at what goes into them.
  return trace.edges.some(
    ({ passage, from, to }) =>
      passage === "steps" &&
      flow.influenceOf(to).has(stepped) &&
      (isNear || flow.influenceOf(passed).has(stepped) || flow.influenceOf(from).has(passed)),
  );
}

/** What nothing is lost by. */
export interface Through {
  /** The passages that such sums are made of. */
  readonly edges: ReadonlySet<Edge>;
  /** Whose value they have. */
  readonly values: ReadonlySet<Tensor>;
}

export function throughIn(step: ObservedStep): Through {
  const { trace, flow } = step;
  const found = new Set<Edge>();
  if (!trace.edges.some(isCut)) return { edges: found, values: new Set() };
  const sums = straightThroughs(step);
  for (const { origin, stepped } of sums) {
    for (const edge of cutsInside(origin.tensor, trace)) found.add(edge);
    for (const edge of trace.edges)
      if (edge.passage === "steps" && flow.influenceOf(edge.to).has(stepped)) found.add(edge);
  }
  for (const tensor of reversed(step)) for (const edge of cutsInside(tensor, trace)) found.add(edge);
  return { edges: found, values: new Set(sums.map(({ stepped }) => stepped)) };
}

/** 2 held(x) - x: the numbers stay, and the gradient comes back turned, to what has another way to learn by. */
function reversed({ trace, flow }: ObservedStep): Tensor[] {
  const shares = new LinearShares(trace);
  return [...trace.origins.values()].flatMap(({ operation, tensor }) => {
    const isSum = SUMS.has(operation) && tensor.node !== undefined && flow.feedsTape(tensor);
    const [[term, share] = [], ...others] = isSum ? shares.of(tensor) : [];
    if (term === undefined || share === undefined || others.length > 0 || share.value * share.open >= 0)
      return [];
    return learnsBeside(term, tensor, flow) ? [tensor] : [];
  });
}

/** Whether what a value is computed from has a way to the loss beside a sum: other inputs of a network count as well. */
function learnsBeside(term: Tensor, sum: Tensor, flow: ObservedStep["flow"]): boolean {
  const behind = new Set([term]);
  for (const one of behind) for (const { from } of flow.edgesInto(one)) behind.add(from);
  const inFormula = flow.influenceOf(sum);
  return [...behind].some((one) =>
    flow
      .edgesOutOf(one)
      .some(
        ({ passage, to }) =>
          passage === "tape" &&
          flow.feedsTape(to) &&
          !behind.has(to) &&
          !inFormula.has(to) &&
          !flow.influenceOf(to).has(sum),
      ),
  );
}

/** Passages without a gradient within the formula of a sum. */
function cutsInside(sum: Tensor, { origins, edges }: Trace): Edge[] {
  const inside = new Set<Tensor>([sum]);
  for (const one of inside) {
    const { operation = "", inputs = [] } = origins.get(one) ?? {};
    if (FORMULA.has(operation)) for (const input of inputs) inside.add(input);
  }
  return edges.filter((edge) => isCut(edge) && inside.has(edge.to));
}

function isCut({ passage }: Edge): boolean {
  return passage !== "tape" && passage !== "steps";
}

const FORMULA: ReadonlySet<string> = new Set([...SUMS, "detach", "multiply", "divide"]);
