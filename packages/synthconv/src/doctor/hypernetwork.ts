/** What only a network that writes weights can be asked. */

import type { Tensor } from "../autograd/tensor.js";
import { largest, smallest } from "../core/extremes.js";
import type { FloatArray } from "../core/float-array.js";
import type { Accusation } from "./case-file.js";
import type { Complaint } from "./complaint.js";
import { conditionMixing, type Mixing, rowNorms } from "./condition-mixing.js";
import { constantFactor } from "./constant-factor.js";
import type { Fault, HypernetworkDiagnosis } from "./diagnosis.js";
import { evenly } from "./evenly.js";
import { type GeneratedWeight, generatedWeights, nameOfWeight } from "./generated-weights.js";
import type { Subject } from "./observed-loss.js";
import type { ObservedStep } from "./observed-step.js";
import { placeOf } from "./place.js";
import { numberText } from "./report/words.js";
import { MOVES, type Origin } from "./trace.js";

export interface HypernetworkFindings {
  readonly answers: HypernetworkDiagnosis;
  /** What does not stop anything from learning. */
  readonly warnings: readonly Accusation[];
}

/** Conditions whose weights differ by less than this share of their size make the same output to the eye. */
const COLLAPSED = 1e-4;
/**
 * PyTorch's own initialization leaves the standard deviation at 0.33 of He's in a generator of 8 -> 32 -> head,
 * and such networks train; at a twentieth, or at ten times, the layers behind see next to nothing, or saturate.
 */
const SMALL_SCALE = 0.05;
const LARGE_SCALE = 10;

/** A factor on a condition that makes this little of it is to blame. */
const SMALL_FACTOR = 1e-2;

/** Pairs of samples grow with their square, and a mean over two thousand pairs says as much as one over more. */
const MAX_COMPARED = 64;

/** Every answer runs the loss some times: of many weights some are asked. */
const MAX_ASKED = 4;

/** Undefined where no weight of the network is generated. */
export function hypernetworkOf(
  subject: Subject,
  { first, last }: { readonly first: ObservedStep; readonly last: ObservedStep },
  { batch, ill }: { batch: ReadonlyMap<Tensor, string>; ill: ReadonlySet<string> },
): HypernetworkFindings | undefined {
  const weights = generatedWeights(last);
  if (weights.length === 0) return undefined;
  // One that starts at zero on purpose is on its way.
  const atFirst = generatedWeights(first);
  const startsAtZero = (index: number): boolean =>
    atFirst[index]?.tensor.data.every((value) => value === 0) === true;
  const asked = new Set(evenly(weights, MAX_ASKED));
  const answered = weights.map((weight, index) => ({
    weight,
    isOnItsWay: startsAtZero(index),
    mixing: asked.has(weight) ? conditionMixing(subject, last, weight, batch) : undefined,
    spread: spreadOf(weight),
  }));
  const crossTalks = answered.flatMap(({ mixing }) => (mixing === undefined ? [] : [mixing.crossTalk]));
  const spreads = answered.flatMap(({ spread }) => (spread === undefined ? [] : [spread]));
  // A warning about a generator that does not learn would only hide the fault.
  const well = answered.filter(({ weight }) => !weight.generators.some((name) => ill.has(name)));
  return {
    answers: {
      crossTalk: crossTalks.length === 0 ? null : largest(crossTalks),
      spread: spreads.length === 0 ? null : smallest(spreads),
      scales: weights.map((weight) => ({
        name: nameOfWeight(weight),
        shape: weight.tensor.shape,
        ...scaleOf(weight),
      })),
    },
    warnings: well.flatMap(({ weight, mixing, isOnItsWay }) => {
      const same = collapsed(weight, mixing, { last, batch });
      // How large weights are that follow nothing says no more.
      const scale = isOnItsWay || same.length > 0 ? [] : outOfScale(weight);
      return [same, nonNegative(weight, last), scale].flat();
    }),
  };
}

/** Mean distance of the weights of two samples over their mean norm, of the first samples where there are many. */
function spreadOf({ tensor: { data }, samples }: GeneratedWeight): number | undefined {
  if (samples === undefined || samples < 2) return undefined;
  const width = data.length / samples;
  const compared = Math.min(samples, MAX_COMPARED);
  const distances: number[] = [];
  for (let first = 0; first < compared; first++) {
    for (let second = first + 1; second < compared; second++) {
      distances.push(distance(data, first * width, second * width, width));
    }
  }
  const norm = meanOf(rowNorms(data.subarray(0, compared * width), compared));
  return norm === 0 ? 0 : meanOf(distances) / norm;
}

function distance(data: FloatArray, first: number, second: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += ((data[first + i] as number) - (data[second + i] as number)) ** 2;
  return Math.sqrt(sum);
}

/**
 * The standard deviation of the generated weights, and the one that keeps the layer's output at the scale of its
 * input: sqrt(2 / fan-in) before a ReLU (He et al., ICCV 2015, equation 10), else sqrt(1 / fan-in).
 */
function scaleOf({ tensor: { data }, fanIn, isRectified }: GeneratedWeight): {
  deviation: number;
  wanted: number;
} {
  const mean = meanOf(data);
  const deviation = Math.sqrt(meanOf(data.map((value) => (value - mean) ** 2)));
  return { deviation, wanted: Math.sqrt((isRectified ? 2 : 1) / fanIn) };
}

function collapsed(
  { generators, reader, tensor }: GeneratedWeight,
  mixing: Mixing | undefined,
  { last, batch }: { readonly last: ObservedStep; readonly batch: ReadonlyMap<Tensor, string> },
): Accusation[] {
  if (mixing === undefined || mixing.response >= COLLAPSED) return [];
  const scaling = [...last.trace.origins.values()].find((origin) => {
    const isOfBatch =
      origin.inputs.some((one) => batch.has(one)) && last.flow.influenceOf(origin.tensor).has(tensor);
    return isOfBatch && (constantFactor(origin) ?? 1) < SMALL_FACTOR;
  });
  if (scaling !== undefined) {
    const factor = numberText(constantFactor(scaling) as number);
    return [
      warning("collapsedGenerator", generators, scaling, {
        phrase: "different conditions give the same weights",
        cause: `Different conditions give the same weights: half of a condition changes them by ${numberText(mixing.response)} of their size, for this ${scaling.operation} makes every condition ${factor} times as large.`,
        repair: "Leave the factor out, or take one that brings the conditions to a size of about 1.",
      }),
    ];
  }
  return [
    warning("collapsedGenerator", generators, reader, {
      phrase: "different conditions give the same weights",
      cause: `Different conditions give the same weights: half of a condition changes them by ${numberText(mixing.response)} of their size.`,
      repair:
        "Look at what lies between the condition and the generator's last layer: units that are off, or weights near 0.",
    }),
  ];
}

function nonNegative({ tensor, generators }: GeneratedWeight, { trace }: ObservedStep): Accusation[] {
  let origin = trace.origins.get(tensor);
  while (origin !== undefined && MOVES.has(origin.operation)) {
    const [input] = origin.inputs;
    origin = input && trace.origins.get(input);
  }
  if (origin?.operation !== "relu") return [];
  return [
    warning("generatedScale", generators, origin, {
      phrase: "no generated weight is below 0",
      cause:
        "A ReLU behind the generated weights leaves none below 0: on images of 0 and more the next ReLU does nothing, and the whole network is affine in the image.",
      repair: "Leave out the generator's last ReLU.",
    }),
  ];
}

function outOfScale(weight: GeneratedWeight): Accusation[] {
  const { deviation, wanted } = scaleOf(weight);
  const ratio = deviation / wanted;
  if (ratio >= SMALL_SCALE && ratio <= LARGE_SCALE) return [];
  return [
    warning("generatedScale", weight.generators, weight.reader, {
      phrase: "the generated weights are far from the scale of their layer",
      cause: `The generated weights have a standard deviation of ${numberText(deviation)}; this layer of fan-in ${weight.fanIn} wants ${numberText(wanted)}.`,
      repair: "Initialize the generator's last layer by hyperfan-in, as WeightGenerator does.",
    }),
  ];
}

function warning(
  fault: Fault,
  names: readonly string[],
  { site }: Origin,
  sentences: Pick<Complaint, "phrase" | "cause" | "repair">,
): Accusation {
  return {
    names,
    complaint: { status: "learns", severity: "warning", fault, place: placeOf(site), ...sentences },
  };
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length === 0 ? 0 : sum / values.length;
}
