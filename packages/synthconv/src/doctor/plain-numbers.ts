/** Parameters whose numbers go to the loss outside of tensors, all of them or beside a gradient that flows. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import { evenly } from "./evenly.js";
import type { Subject } from "./observed-loss.js";
import type { ObservedStep } from "./observed-step.js";
import { type Effect, Probe, sizeOf } from "./probe.js";
import type { Entry } from "./trace.js";

export interface Influence {
  readonly path: string;
  readonly parameter: Parameter;
  /** Where the numbers enter the run again; undefined where they decide something without entering it. */
  readonly entry: Entry | undefined;
}

// Numbers may be rounded or compared on their way: where a change of a hundredth is not seen, one of the
// parameter's own size may be, in one direction or the other.
const CHANGES = [0.01, 1, -1] as const;

/** Of a sum that cancels a float32 leaves so much, and of a loss below this size its terms are larger. */
const ROUNDING = 1e-6;
const SMALL = 0.01;

/** Which of the parameters that nothing leads from to the loss it follows anyway. */
export function hiddenInfluences(
  subject: Subject,
  last: ObservedStep,
  candidates: ReadonlyMap<string, Parameter>,
): readonly Influence[] {
  if (candidates.size === 0) return [];
  const probe = new Probe(subject);
  const influenceOf = (parameters: readonly Parameter[], change: number): { entry?: Entry } | undefined => {
    const effect = probe.effectOf(parameters, change);
    // What is clipped is written by its own numbers.
    const [entry] = entriesOnTheWay(effect, last).filter(
      ({ tensor }) => !parameters.includes(tensor as Parameter),
    );
    if (entry !== undefined)
      return probe.isSteady && Object.is(effect.loss, probe.loss) ? undefined : { entry };
    if (Object.is(effect.loss, probe.loss)) return undefined;
    const difference = Math.abs(effect.loss - probe.loss);
    return probe.isSteady && !(difference <= ROUNDING * Math.max(Math.abs(probe.loss), SMALL))
      ? {}
      : undefined;
  };
  // Most often none of them has any influence, which a few runs show for all.
  const all = [...candidates.values()];
  if (CHANGES.every((change) => influenceOf(all, change) === undefined)) return [];
  const found: Influence[] = [];
  for (const [path, parameter] of candidates) {
    for (const change of CHANGES) {
      const influence = influenceOf([parameter], change);
      if (influence === undefined) continue;
      found.push({ path, parameter, entry: influence.entry });
      break;
    }
  }
  return found;
}

/** Shares of a parameter that it is moved by: small against the curvature, large against float32's rounding. */
const STEP = 0.01;
/** Bends of a ReLU within a step of a hundredth stay below this share of the change that a gradient can make. */
const TOLERANCE = 0.02;

/**
 * Which of the parameters that a gradient reaches also go to the loss as numbers, so that the gradient is wrong:
 * it says another change of the loss than the loss shows.
 */
export function partialInfluences(
  subject: Subject,
  last: ObservedStep,
  candidates: ReadonlyMap<string, Parameter>,
): readonly Influence[] {
  if (candidates.size === 0) return [];
  const probe = new Probe(subject);
  if (!probe.isSteady) return [];
  const entriesOf = (parameters: readonly Parameter[]): readonly Entry[] => {
    const entries = entriesOnTheWay(probe.effectOf(parameters, STEP), last).filter(isTrained);
    if (entries.some((entry) => isDraw(entry, last))) return [];
    // What is clipped, or mixed with an average of itself, is written by its own numbers.
    return entries.filter(({ tensor }) => parameters.length > 1 || tensor !== parameters[0]);
  };
  if (entriesOf([...candidates.values()]).length === 0) return [];
  const found: Influence[] = [];
  for (const [path, parameter] of candidates) {
    const [entry] = entriesOf([parameter]);
    if (entry !== undefined && isGradientWrong(probe, parameter, last))
      found.push({ path, parameter, entry });
  }
  return found;
}

/** Each is compared in eight runs; one that is wrong is enough. */
const MOST_COMPARED = 8;

/** Whether the gradients of all these are right, so that nothing of them is missing; false where the runs differ by themselves. */
export function areGradientsRight(
  subject: Subject,
  last: ObservedStep,
  parameters: readonly Parameter[],
): boolean {
  const probe = new Probe(subject);
  const compared = evenly(parameters, MOST_COMPARED);
  return probe.isSteady && compared.every((parameter) => !isGradientWrong(probe, parameter, last));
}

const LOGARITHMS: ReadonlySet<string> = new Set(["log", "logSoftmax"]);

/**
 * Draws that pick their own logarithms of probabilities: what follows from a draw, a reward say, has its gradient that
 * way (REINFORCE, Williams, doi:10.1007/BF00992696).
 */
function isDraw({ tensor }: Entry, { trace }: ObservedStep): boolean {
  return [...trace.origins.values()].some(
    ({ operation, inputs }) =>
      operation === "multiply" &&
      inputs.some((input) => input === tensor) &&
      inputs.some((input) => LOGARITHMS.has(trace.origins.get(input as Tensor)?.operation ?? "")),
  );
}

/** Numbers that are kept in a frozen parameter are kept there on purpose: a running average, say. */
function isTrained({ tensor }: Entry): boolean {
  return !(tensor instanceof Parameter) || tensor.trainable;
}

/** Numbers that merely go to a log are on no way. */
function entriesOnTheWay({ entries }: Effect, { trace, flow }: ObservedStep): Entry[] {
  return entries
    .map((position) => trace.entries[position])
    .filter(
      (entry) => entry !== undefined && flow.reachesLoss(entry.tensor) && !isOfDerivative(entry),
    ) as Entry[];
}

/**
 * Compares directional derivatives with central differences: along the gradient's signs, and along the parameter
 * itself, because what goes by as a number is most often a size that something is divided by.
 */
function isGradientWrong(probe: Probe, parameter: Parameter, { gradients }: ObservedStep): boolean {
  const gradient = gradients.get(parameter)?.data;
  if (gradient === undefined) return false;
  const signs = parameter.data.map((value, i) => Math.sign(gradient[i] as number) * sizeOf(value));
  const most = derivativeAlong(signs, gradient);
  return [signs, parameter.data.slice()].some((direction) => {
    // What the loss function keeps for itself may differ from run to run: weights that are averaged every fourth.
    const [up = 0, upAgain = 0, down = 0, downAgain = 0] = [STEP, STEP, -STEP, -STEP].map(
      (step) => probe.effectAlong(parameter, direction, step).loss,
    );
    if (!Object.is(up, upAgain) || !Object.is(down, downAgain)) return false;
    return Math.abs((up - down) / (2 * STEP) - derivativeAlong(direction, gradient)) > TOLERANCE * most;
  });
}

function derivativeAlong(direction: FloatArray, gradient: FloatArray): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += (direction[i] as number) * (gradient[i] as number);
  return sum;
}

/** Slopes of kinks that a gradient on the tape is multiplied with: constants wherever they have a derivative. */
function isOfDerivative({ site }: Entry): boolean {
  return site.stack?.includes("propagate-on-tape") === true;
}
