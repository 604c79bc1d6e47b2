import type { Tensor } from "../../autograd/tensor.js";
import { constructionSite } from "../../core/call-site.js";
import type { Optimizer } from "../../train/optimizer.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { type Complaint, UNMOVED } from "../complaint.js";
import { placeOf } from "../place.js";
import { rateText } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import { updateRatios } from "../series.js";

/** A float32 keeps 2^-24 of itself: an update of less than that share changes no bit of a typical weight. */
const UNFELT = 2 ** -24;
/** Relative change of a float32 loss that its own rounding may make. */
const ROUNDING = 1e-6;

/** The rate is 0, or too small to change a float32 weight. */
export const unmoved: Rule = {
  name: "unmoved",
  find(file, told) {
    const learning = untold(file, told).filter(
      // Where none arrives, what moved it was the loss itself.
      ({ turns, inner, numbers: { gradientNorm } }) =>
        turns.includes("learns") && !inner.includes(true) && gradientNorm.some((norm) => norm !== null),
    );
    const { optimizers } = file.subject;
    return optimizers.flatMap((optimizer): Accusation[] => {
      const own = new Set<Tensor>(optimizer.parameters);
      const held =
        optimizers.length === 1 ? learning : learning.filter(({ parameter }) => own.has(parameter));
      // Of all its weights together: a start from 0 feels any update, and a small gradient is not the rate's fault.
      const series = new Map(
        [...file.series].filter(
          ([, { parameter, inner }]) =>
            !inner.includes(true) && (optimizers.length === 1 || own.has(parameter)),
        ),
      );
      const ratio = largest(updateRatios({ ...file, series }));
      if (held.length === 0 || ratio >= UNFELT) return [];
      return [{ names: held.map(({ name }) => name), complaint: rateComplaint(file, optimizer, ratio) }];
    });
  },
};

function rateComplaint({ subject }: CaseFile, optimizer: Optimizer, ratio: number): Complaint {
  if (subject.hasOwnOptimizer) return UNMOVED;
  const learningRate = Number(optimizer.learningRate.toPrecision(6));
  return {
    ...UNMOVED,
    phrase: learningRate === 0 ? "the learning rate is 0" : `the learning rate ${learningRate} moves nothing`,
    place: placeOf(constructionSite(optimizer)),
    cause:
      learningRate === 0
        ? "The learning rate of the optimizer that is made here is 0: a gradient arrives, and the weights stay as they are."
        : `The learning rate of the optimizer that is made here, ${learningRate}, is too small to change a float32 weight: its updates are ${ratio === 0 ? "rounded away" : `${numberText(ratio)} of the weights, of which a float32 keeps ${numberText(UNFELT)}`}.`,
    repair: rateText(subject, "Raise", optimizer),
  };
}

/** All learn, and the loss does not move. */
export const standsStill: Rule = {
  name: "loss stands still",
  find(file, told) {
    const { losses, series, subject } = file;
    const [first = 0] = losses;
    const names = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    const isStill = losses.every((loss) => Math.abs(loss - first) <= ROUNDING * Math.abs(first));
    if (
      names.length === 0 ||
      told.size > 0 ||
      losses.length < 3 ||
      !isStill ||
      file.last.trace.innerSteps.length > 0
    )
      return [];
    const ratio = largest([...series.values()].flatMap(({ numbers }) => numbers.updateRatio));
    const [optimizer] = subject.hasOwnOptimizer ? [] : subject.optimizers;
    return [
      {
        names: names.map(({ name }) => name),
        complaint: {
          status: "learns",
          severity: "warning",
          fault: "lossStandsStill",
          phrase: "the loss did not move",
          place: placeOf(optimizer && constructionSite(optimizer)),
          cause: `A gradient arrives and moves {them|it}, by up to ${numberText(ratio)} of the weights in a step, and the loss stayed at ${numberText(first)} in all ${losses.length} steps.`,
          ...(ratio < 1e-4 && { repair: rateText(subject, "Raise") }),
        },
      },
    ];
  },
};

function largest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}
