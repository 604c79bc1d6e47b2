import type { Parameter } from "../../autograd/parameter.js";
import { largest } from "../../core/extremes.js";
import type { Optimizer } from "../../train/optimizer.js";
import { updateRatios, weightNorms } from "../all-updates.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import type { Place } from "../diagnosis.js";
import { emptyClipOf, repairOfParts } from "../growth-inside.js";
import { leavesDomain } from "../non-finite-origin.js";
import { troubleOf } from "../over-time.js";
import { habitsOf, isOwnFormula } from "../own-update.js";
import { placeOf, placeOfMade } from "../place.js";
import { hasManyEntries, livingRate, lossesAsBefore, rateText } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import { risingRate } from "../rising-rate.js";
import { LEAVE_OUT } from "../zero/ends.js";
import { fallsForEver, unboundedComplaint } from "./unbounded.js";

/** Updates that replace a good part of the weights at once; 0.001 is usual, and a tenth is survived. */
const VIOLENT = 0.5;
/** A loss this many times its first one has left what training comes back from. */
const GROWN = 10;
/** An update that is survived alone kills where it comes in a row, with a momentum near 1: a lower rate tells. */
const HARD = 0.1;
/** What kills units kills the last of them some steps later. */
const BEFORE = 5;
/** Growth in all but this share of the steps is steady. */
const STEADY = 0.8;

/** An update so large that units behind it never fire again. */
export const killed: Rule = {
  name: "killed by an update",
  isLast: true,
  find(file, told) {
    const violence = updateRatios(file);
    const dead = untold(file, told).flatMap((one) => {
      const trouble = troubleOf(one);
      const complaint = one.explained.get("zero")?.complaint;
      const [first = 0] = trouble?.steps ?? [];
      const blow = largest(violence.slice(Math.max(0, first - BEFORE), first), 0);
      const isBlow = blow >= HARD && (first === 1 || growthOf(file) === undefined);
      return trouble?.turn === "zero" && complaint !== undefined && isBlow
        ? [{ one, complaint, first, blow }]
        : [];
    });
    const [worst] = dead;
    if (worst === undefined) return [];
    const units = dead.map(({ one }) => one.parameter);
    const isSure = largest(dead.map(({ blow }) => blow)) >= VIOLENT;
    if (!isSure && livingRepair(file, units, true) === undefined) return [];
    const { complaint, first, blow } = worst;
    const lineOf = ({ place }: Complaint): string => `${place?.file}:${place?.line}`;
    // Where it shows at many lines, its own is the one to tell.
    const isOneLine = dead.every((other) => lineOf(other.complaint) === lineOf(complaint));
    const place = (isOneLine ? complaint.place : undefined) ?? optimizerPlace(file) ?? handPlace(file);
    return [
      {
        names: dead.map(({ one }) => one.name),
        complaint: {
          ...complaint,
          place,
          phrase: `since the update of step ${first} {their|its} gradient is 0`,
          cause: `An update changed the weights by ${numberText(blow)} times their size, and from step ${first + 1} on no gradient passes. ${complaint.cause}`,
          repair: repairOf(file, complaint, units),
        },
      },
    ];
  },
};

/** A rate that keeps the units on, where one is found; else what cuts off results is to be left out. */
function repairOf(file: CaseFile, { repair }: Complaint, dead: readonly Parameter[]): string | undefined {
  return risingRate(file)?.repair ?? livingRepair(file, dead, repair?.includes(LEAVE_OUT) === true) ?? repair;
}

/**
 * A lower rate, unless each that was tried comes to the same later.
 *
 * @param hasOther whether another repair is known, and a rate that nobody tried is none.
 */
function livingRepair(
  { subject }: CaseFile,
  dead: readonly Parameter[],
  hasOther: boolean,
): string | undefined {
  const [optimizer] = subject.optimizers;
  if (subject.hasOwnOptimizer || optimizer === undefined || hasManyEntries(subject))
    return hasOther ? undefined : rateText(subject, "Lower");
  const own = Number(optimizer.learningRate.toPrecision(6));
  const rate = livingRate(subject, (tried) => tried < own, dead);
  return rate === undefined
    ? undefined
    : `Lower its learning rate from ${own} to ${rate}: with that the loss was seen to fall.`;
}

/** Where a loss that steps by hand writes; undefined where none does. */
function handPlace({ last, writeSites }: CaseFile): Place | undefined {
  const isByHand = !last.loss.requiresGrad || (last.isOwnLoop && last.trace.innerSteps.length === 0);
  const [site] = [...writeSites.values(), ...last.trace.propagatedFrom.values()];
  return isByHand ? placeOf(site) : undefined;
}

function optimizerPlace({ subject }: CaseFile): Place | undefined {
  const [optimizer] = subject.hasOwnOptimizer ? [] : subject.optimizers;
  return optimizer && placeOfMade(optimizer);
}

/** Loss and weights that grow, steadily or in one leap. */
export const divergence: Rule = {
  name: "divergence",
  isLast: true,
  find(file, told) {
    const { losses, series, last } = file;
    if (told.size > 0 && [...told].some((name) => series.get(name)?.turns.includes("learns"))) return [];
    const names = untold(file, told)
      .filter(({ turns }) => turns.includes("learns"))
      .map(({ name }) => name);
    if (names.length === 0 || (leavesDomain(file.last) && !isFarUp(losses))) return [];
    const found = growthOf(file) ?? laterGrowthOf(file);
    if (found === undefined) return [];
    if (fallsForEver(losses)) return [{ names, complaint: unboundedComplaint(file) }];
    const byHand = handPlace(file);
    const rising = risingRate(file);
    const clip = emptyClipOf(file);
    const complaint: Complaint = {
      status: "exploding",
      fault: "exploding",
      phrase: "{their|its} numbers explode",
      place:
        clip?.place ??
        rising?.place ??
        byHand ??
        optimizerPlace(file) ??
        placeOf(last.trace.innerSteps.at(-1)?.site),
      cause: `${rising === undefined ? found : rising.sentence}${clip?.sentence ?? ""} The loss went from ${numberText(losses[0])} to ${numberText(losses.at(-1))} in ${losses.length} steps.`,
      repair: clip?.repair ?? rising?.repair ?? growthRepair(file, byHand !== undefined),
    };
    return [{ names, complaint }];
  },
};

function growthRepair(file: CaseFile, isByHand: boolean): string {
  const ofParts = repairOfParts(file);
  if (ofParts !== undefined) return ofParts;
  const { subject } = file;
  const isOwn = isByHand || (!subject.hasOwnOptimizer && subject.optimizers.some(isOwnFormula));
  const forgetful =
    isByHand || subject.hasOwnOptimizer
      ? undefined
      : subject.optimizers.find((one) => forgetsRate(one, file));
  if (forgetful !== undefined) {
    return `The update of ${forgetful.constructor.name} is the same whatever its rate is: multiply what it takes away by the rate that it is given.`;
  }
  if (isOwn && growthOfUpdates(file) !== undefined) {
    return "What the update carries on from step to step has to shrink by itself: a momentum below 1, v = 0.9 v + g.";
  }
  return isByHand
    ? "Step against the gradient, w - rate * g, and with a lower rate where it is so already."
    : rateText(subject, "Lower");
}

function forgetsRate(optimizer: Optimizer, { subject, first }: CaseFile): boolean {
  const parameter = optimizer.parameters.find((one) => first.gradients.has(one));
  const gradient = parameter && first.gradients.get(parameter);
  if (parameter === undefined || gradient === undefined || !isOwnFormula(optimizer)) return false;
  return habitsOf(optimizer, parameter, gradient, subject)?.followsRate === false;
}

/** Whether the last finite loss is far above the first. */
function isFarUp(losses: readonly number[]): boolean {
  return (losses.findLast(Number.isFinite) ?? 0) > GROWN * Math.abs(losses[0] as number);
}

/** Steps for a loss that turned round to leave where it began. */
const ON = 60;
const RISES = 3;

/** A loss that fell at first and has turned round: it is trained on, to see whether it comes back. */
function laterGrowthOf({ losses, subject, last: { loss, isOwnLoop, trace } }: CaseFile): string | undefined {
  const least = losses.indexOf(losses.reduce((a, b) => Math.min(a, b)));
  const tail = losses.slice(-RISES - 1);
  const isRising = tail.every((loss, step) => step === 0 || loss > (tail[step - 1] as number));
  const isByItself = isOwnLoop || !loss.requiresGrad || trace.innerSteps.length > 0;
  if (!isRising || tail.length <= RISES || least === 0 || isByItself) return undefined;
  const further = lossesAsBefore(subject, ON);
  const top = largest(further.map(Math.abs), 0);
  const first = Math.abs(losses[0] as number);
  const isLost = !further.every(Number.isFinite) || (further.at(-1) as number) > GROWN * GROWN * first;
  // A single step from near to NaN is a domain that was left.
  if (!isLost || top < GROWN * first) return undefined;
  return `The loss fell for ${least} ${least === 1 ? "step" : "steps"} and has risen since, and ${further.length} steps later it has left all that it came from, at ${numberText(top)}.`;
}

/** A sentence on how it grew; undefined where it did not. */
function growthOf(file: CaseFile): string | undefined {
  const { losses } = file;
  const sizes = losses.map(Math.abs);
  const [first = 0] = sizes;
  // The first loss that is not finite has no say: a step before it has.
  const finite = sizes.filter(Number.isFinite);
  const last = finite.at(-1) ?? 0;
  // What fell until then does not overflow: something else makes it NaN.
  const isRising = last > 1.5 * (finite.at(-2) ?? 0) || last > GROWN * first;
  const overflowed = finite.length < sizes.length && finite.length > 1 && isRising;
  const violence = updateRatios(file);
  const worst = largest(violence.filter(Number.isFinite), 0);
  const growing = finite.filter((size, step) => step > 0 && size > (finite[step - 1] as number)).length;
  const isSteady = growing >= STEADY * (finite.length - 1) && finite.length > 3;
  const isUp = losses.length > 1 && !((losses.at(-1) as number) <= (losses[0] as number));
  const unit = Math.max(first, Number.MIN_VALUE);
  if (overflowed && (last > unit || worst > VIOLENT)) {
    return "The loss grew beyond what a float32 holds.";
  }
  if (worst > VIOLENT && isUp && last > GROWN * unit) {
    return `An update changed the weights by ${numberText(worst)} times their size.`;
  }
  const weights = weightNorms(file);
  const hasGrown = (weights.at(-1) ?? 0) > 2 * (weights[0] ?? 0);
  if (isSteady && last > GROWN * unit && hasGrown) {
    return "Loss and weights grow from step to step.";
  }
  // Weights that are replaced in every step have nothing to learn from, whichever way the last step went.
  if (violence.length > 3 && median(violence) > VIOLENT && median(finite) > unit) {
    return `The updates change the weights by ${numberText(median(violence))} times their size in every step, and the loss leaps up and down with them.`;
  }
  const by = growthOfUpdates(file);
  if (by !== undefined && isUp && last > 1.5 * unit) {
    return `The updates grow from step to step, by a factor of ${numberText(by)}.`;
  }
  if (worst > 1 && isUp && last > 2 * unit) {
    return `An update changed the weights by ${numberText(worst)} times their size.`;
  }
  return undefined;
}

/** By how much updates that grow steadily grow in a step, whatever the weights do. */
function growthOfUpdates(file: CaseFile): number | undefined {
  const weights = weightNorms(file);
  const sizes = updateRatios(file).map((ratio, step) => ratio * (weights[step] ?? 0));
  const [first = 0, last = 0] = [sizes[0], sizes.at(-1)];
  const growing = sizes.filter((size, step) => step > 0 && size > (sizes[step - 1] as number)).length;
  const isSteady = sizes.length > 4 && growing >= STEADY * (sizes.length - 1) && last > GROWN * first;
  return isSteady && first > 0 ? (last / first) ** (1 / (sizes.length - 1)) : undefined;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
