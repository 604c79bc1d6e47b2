/** Cuts beside open ways that are the method itself: targets, weights of terms, vectors of a power iteration. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { ObservedStep } from "./observed-step.js";
import { type Edge, MOVES, type Origin } from "./trace.js";

/** What takes a loss apart into terms without bending it. */
const LINEAR: ReadonlySet<string> = new Set([...MOVES, "sum", "mean", "negate", "add", "subtract"]);
const SCALES: ReadonlySet<string> = new Set(["multiply", "divide"]);
const PRODUCTS: ReadonlySet<string> = new Set(["multiply", "matmul"]);

/** Where what was cut off comes together with what has a gradient. */
interface Meeting {
  readonly origin: Origin;
  readonly others: readonly Tensor[];
}

/**
 * True where all that is made of what was cut off is a target that something with a gradient is compared with (the terms of
 * van den Oord, Vinyals, Kavukcuoglu, "Neural discrete representation learning", 2017; temporal differences), a factor that
 * such a term of the loss is weighed with (an advantage; the fixed side of a similarity, Chen and He, "Exploring simple
 * Siamese representation learning", 2021), or a vector that is applied to the very matrix that it was found from (Miyato,
 * Kataoka, Koyama, Yoshida, "Spectral normalization for generative adversarial networks", 2018).
 */
export function isMeant(edge: Edge, step: ObservedStep): boolean {
  const meetings = meetingsOf(edge.to, step);
  return (
    meetings.length > 0 &&
    meetings.every((meeting) => isTermOfLoss(meeting, step) || isPowerIteration(edge, meeting, step))
  );
}

function hasGradient(tensor: Tensor): boolean {
  return tensor.node !== undefined || tensor.requiresGrad;
}

function meetingsOf(cut: Tensor, { flow, trace }: ObservedStep): Meeting[] {
  const made = new Set([cut]);
  const meetings: Meeting[] = [];
  for (const one of made) {
    for (const { to, passage } of flow.edgesOutOf(one)) {
      const origin = trace.origins.get(to);
      if (passage !== "tape" || origin === undefined || !flow.reachesLoss(to)) continue;
      const others = origin.inputs.filter((input) => !made.has(input) && hasGradient(input));
      if (others.length === 0) made.add(to);
      else meetings.push({ origin, others });
    }
  }
  return meetings;
}

/** A comparison, or a product, that goes into the loss as a term of it. */
function isTermOfLoss({ origin: { operation, tensor } }: Meeting, step: ObservedStep): boolean {
  if (operation === "subtract") return isBentAlone(tensor, step);
  return (tensor.size === 1 || PRODUCTS.has(operation)) && isLinearToLoss(tensor, step);
}

/** Whether a difference meets nothing else that has a gradient until it is a term of the loss, whatever bends it on the way. */
function isBentAlone(difference: Tensor, step: ObservedStep): boolean {
  const made = new Set([difference]);
  for (const one of made) {
    if (one.size === 1 && one !== difference) continue;
    for (const { to } of step.flow.edgesOutOf(one)) if (step.flow.reachesLoss(to)) made.add(to);
  }
  return [...made].every((one) => {
    if (one === difference) return made.size > 1;
    const inputs = step.trace.origins.get(one)?.inputs ?? [];
    const isAlone = inputs.every((input) => made.has(input) || !hasGradient(input));
    return isAlone && (one.size > 1 || isLinearToLoss(one, step));
  });
}

/** @param known answers so far: terms come together in many ways. */
function isLinearToLoss(tensor: Tensor, step: ObservedStep, known = new Map<Tensor, boolean>()): boolean {
  if (tensor === step.loss) return true;
  const answer = known.get(tensor);
  if (answer !== undefined) return answer;
  const uses = step.flow.edgesOutOf(tensor).filter(({ to }) => step.flow.reachesLoss(to));
  const isLinear = uses.every(({ to, passage }) => {
    const origin = step.trace.origins.get(to);
    if (origin === undefined || passage !== "tape") return false;
    const isScaled =
      SCALES.has(origin.operation) && origin.inputs.every((input) => input === tensor || !hasGradient(input));
    return (isScaled || LINEAR.has(origin.operation)) && isLinearToLoss(to, step, known);
  });
  known.set(tensor, uses.length > 0 && isLinear);
  return uses.length > 0 && isLinear;
}

function isPowerIteration({ passage, from }: Edge, { origin, others }: Meeting, step: ObservedStep): boolean {
  return (
    passage === "noTape" &&
    from instanceof Parameter &&
    origin.operation === "matmul" &&
    others.every((other) => isMatrixItself(other, from, step))
  );
}

/** The matrix, or its product with vectors that have no gradient. */
function isMatrixItself(tensor: Tensor, matrix: Parameter, step: ObservedStep): boolean {
  if (tensor === matrix) return true;
  const origin = step.trace.origins.get(tensor);
  if (origin === undefined || !(MOVES.has(origin.operation) || origin.operation === "matmul")) return false;
  const open = origin.inputs.filter(hasGradient);
  return open.length > 0 && open.every((input) => isMatrixItself(input, matrix, step));
}
