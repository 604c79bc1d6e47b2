import type { Tensor } from "../../autograd/tensor.js";
import { largest } from "../../core/extremes.js";
import { type Accusation, ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import type { ObservedStep } from "../observed-step.js";
import { COMPARISONS } from "../operations.js";
import { isSameLine, placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { sizesOf } from "../sizes.js";
import type { Origin } from "../trace.js";
import { unmoved } from "../zero/spot.js";
import { largeFactorBefore } from "../zero/stopped.js";

/** The derivative of an entry, from its value. */
const SLOPES: ReadonlyMap<string, (value: number) => number> = new Map([
  ["tanh", (value) => 1 - value * value],
  ["sigmoid", (value) => value * (1 - value)],
]);
/** A slope that no gradient of use comes through. */
const FLAT = 1e-4;
/** A share of entries at the edge that no network starts with, and that few gates reach. */
const MOST = 0.9;
const MIN_ENTRIES = 8;
/** Of what arrives at a sigmoid a quarter comes through in its middle, a tenth of that where few entries are alive. */
const TRICKLE = 0.02;

/** Not all units are out of range, but most of them: some trickle of a gradient makes it look alive. */
export const saturated: Rule = {
  name: "saturated",
  find(file, told) {
    const { first, last } = file;
    const before = [...first.trace.origins.values()]
      .filter((origin) => isSaturated(origin, first))
      .map(({ site }) => placeOf(site));
    return [...last.trace.origins.values()].flatMap((origin): Accusation[] => {
      if (!isSaturated(origin, last) || !last.flow.feedsTape(origin.tensor)) return [];
      const place = placeOf(origin.site);
      const isSinceLater = !before.some((one) => isSameLine(one, place));
      const hasTrickle = origin.operation === "softmax" || passedOn(origin, last) < TRICKLE;
      const names = ancestorsOf(origin.inputs, file).filter(
        (name) =>
          !told.has(name) &&
          (!isSinceLater || hasDied(name, file)) &&
          (hasTrickle ? !hasOtherWay(name, origin, file) : isMostlyZero(name, file)),
      );
      if (names.length === 0) return [];
      const { operation, tensor } = origin;
      const share = numberText(100 * flatShare(origin));
      const byBias = overbearingBias(origin, last);
      const mask = maskOfOne(origin, last);
      const factor = largeFactorBefore(origin, last);
      const beyond = targetBeyond(origin, file);
      return [
        {
          names,
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: `most of {their|its} gradient is 0, ${operation} is saturated`,
            place: mask === undefined ? place : placeOf(mask.site),
            cause:
              mask !== undefined
                ? `The mask that is added here leaves one entry of each row: softmax behind it gives it 1 and all others 0 ([${tensor.shape}]), whatever the scores are.`
                : operation === "softmax"
                  ? `In ${share} % of the rows that softmax gives here ([${tensor.shape}]) one entry is 1 and the others are 0, where its derivative is 0: its inputs are too far apart.`
                  : `${share} % of what ${operation} gives here ([${tensor.shape}]) is at its edge, where its derivative is 0: its inputs are out of its range.`,
            repair:
              mask !== undefined
                ? "Let the mask leave what is to be attended to, 0 there and -1e9 elsewhere: it may be the wrong way round, add(scores, multiply(subtract(1, keep), -1e9))."
                : operation === "softmax"
                  ? isSinceLater
                    ? "Keep what goes into softmax at a size of about 1: where a temperature divides it, one that does not fall below 0.1."
                    : "Bring what goes into softmax to a size of about 1: divide it by the root of its width, or by a temperature."
                  : beyond !== undefined
                    ? `Bring ${beyond} into the range of ${operation}, divide(y, 255) where it has bytes, or leave ${operation} out: it gives nothing beyond ${operation === "tanh" ? "-1 to 1" : "0 to 1"}.`
                    : factor !== undefined
                      ? `Leave out the factor of ${numberText(factor)} before it, or divide by it.`
                      : byBias !== undefined
                        ? `Start ${byBias.label} near 0: it alone puts ${operation} out of its range.`
                        : "Bring what goes into the layer to a size of about 1, each column by its own mean and deviation, divide(subtract(x, mean), deviation), or draw smaller weights.",
          },
        },
      ];
    });
  },
};

function isSaturated(origin: Origin, { trace, flow }: ObservedStep): boolean {
  const { operation, tensor } = origin;
  if (operation === "softmax") {
    // A log behind it is steep where softmax is flat.
    const isInLog = flow.edgesOutOf(tensor).some(({ to }) => trace.origins.get(to)?.operation === "log");
    // Along an axis of one entry it is 1 and has no slope at all, which is another fault.
    const isOfOne = tensor.data.every((value) => value === 1);
    return !isInLog && !isOfOne && flatShare(origin) >= MOST;
  }
  return SLOPES.has(operation) && tensor.size >= MIN_ENTRIES && flatShare(origin) >= MOST;
}

/** The sum with a mask before a softmax that leaves one entry of each row. */
function maskOfOne(
  { operation, tensor, inputs: [given] }: Origin,
  { trace }: ObservedStep,
): Origin | undefined {
  const width = tensor.shape.at(-1) ?? 1;
  const sum = given && trace.origins.get(given);
  const left = given?.data.filter((value) => value > -MASKED).length ?? 0;
  const isMask = operation === "softmax" && sum?.operation === "add" && width > 1;
  return isMask && left === tensor.size / width ? sum : undefined;
}

/** The exponential of a float32 is 0 from -104 on, so that scores far above that choose one alone; masks are of -1e9. */
const MASKED = 1e6;

/** The share of its entries that have no slope; of softmax, whose entries sum up to 1 in each row, that of its rows. */
function flatShare({ operation, tensor: { data } }: Origin): number {
  const slope = SLOPES.get(operation);
  let [flat, all] = [0, 0];
  for (const value of data) {
    const weight = slope === undefined ? value : 1;
    all += weight;
    if ((slope?.(value) ?? 1 - value) < FLAT) flat += weight;
  }
  return all === 0 ? 0 : flat / all;
}

/** The size of the gradient behind an operation over that before it. */
function passedOn({ tensor, inputs: [input] }: Origin, { gradients }: ObservedStep): number {
  const [arrived, left] = [tensor, input as Tensor].map(
    (one) => sizesOf(gradients.get(one)?.data)?.norm ?? 0,
  );
  return arrived === 0 ? 1 : (left as number) / (arrived as number);
}

/** The name of a tensor of the batch that the results are compared with, and that has what they never reach. */
function targetBeyond(
  { tensor, operation }: Origin,
  { last: { trace, flow }, batch }: CaseFile,
): string | undefined {
  const least = operation === "tanh" ? -1 : 0;
  const found = [...trace.origins.values()].find(
    ({ operation: by, inputs }) =>
      COMPARISONS.has(by) && inputs.some((one) => unmoved(one, trace) === tensor) && flow.reachesLoss(tensor),
  );
  const target = found?.inputs.find((one) => batch.has(unmoved(one, trace)));
  const isBeyond = target?.data.some((value) => value > 1.5 || value < least - 0.5) === true;
  return target !== undefined && isBeyond ? batch.get(unmoved(target, trace)) : undefined;
}

/** Whether a parameter reaches the loss around an operation. */
function hasOtherWay(name: string, { tensor }: Origin, { last }: CaseFile): boolean {
  const met = new Set<Tensor>([last.parameters.get(name) as Tensor]);
  for (const one of met) {
    for (const { to } of last.flow.edgesOutOf(one)) if (to !== tensor) met.add(to);
  }
  return met.has(last.loss);
}

/** What is left of a gradient, in the middle of the last steps against that of the first. */
const DEAD = 1e-5;
const SOME_STEPS = 5;

function hasDied(name: string, { series }: CaseFile): boolean {
  const norms = series.get(name)?.numbers.gradientNorm.map(Number) ?? [];
  const middle = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return (
    norms.length > 2 * SOME_STEPS &&
    middle(norms.slice(-SOME_STEPS)) < DEAD * middle(norms.slice(0, SOME_STEPS))
  );
}

/** Most of its entries get next to nothing of what the others get. */
function isMostlyZero(name: string, { last }: CaseFile): boolean {
  const gradient = last.gradients.get(last.parameters.get(name) as never)?.data;
  if (gradient === undefined) return false;
  const sizes = Array.from(gradient, Math.abs);
  const most = largest(sizes);
  return sizes.filter((size) => size <= 1e-3 * most).length >= 0.7 * sizes.length;
}

/** The bias of the layer before, where it is far larger than all that the layer adds to it. */
function overbearingBias({ inputs: [given] }: Origin, { trace }: ObservedStep): Tensor | undefined {
  const layer = given && trace.origins.get(given);
  const bias = layer?.inputs[2];
  if (given === undefined || bias === undefined) return undefined;
  const sizes = Array.from(bias.data, Math.abs);
  const least = sizes.reduce((least, size) => Math.min(least, size), Number.POSITIVE_INFINITY);
  const most = largest(sizes, 0);
  const result = Array.from(given.data, Math.abs);
  const isNear = result.every((size) => size < 1.5 * most && size > 0.5 * least);
  return least > OVERBEARING && isNear ? bias : undefined;
}

/** Where a sigmoid leaves a hundredth of its slope. */
const OVERBEARING = 5;
