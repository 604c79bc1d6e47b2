import { largest } from "../../core/extremes.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { constantFactor } from "../constant-factor.js";
import { MeantCuts } from "../meant-cut.js";
import { placeOf, placeOfMade } from "../place.js";
import { rateText } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import type { Origin } from "../trace.js";

/** Relative change of a float32 loss that its own rounding may make. */
const ROUNDING = 1e-6;

/** A loss with a part that is a constant on purpose, the old policy, say: its value tells nothing, its gradient does. */
function isSurrogate({ last, births }: CaseFile): boolean {
  const meant = new MeantCuts(last, births);
  return last.trace.edges.some(
    (edge) =>
      last.flow.reachesLoss(edge.to) &&
      (edge.passage === "declared" || (edge.passage === "detached" && meant.isTakenAway(edge))),
  );
}

/** What makes results a hundredth or less of what they were leaves a hundredth or less of every gradient. */
const SMALL = 1e-2;

interface SmallFactor {
  readonly origin: Origin;
  readonly factor: number;
}

/** The smallest constant that whole results are multiplied with; a mean of the loss is none. */
function smallFactorIn({ last: { trace, flow } }: CaseFile): SmallFactor | undefined {
  const all = [...trace.origins.values()].flatMap((origin): SmallFactor[] => {
    const isWay = origin.tensor.size > 1 && origin.tensor.requiresGrad && flow.feedsTape(origin.tensor);
    const factor = isWay ? constantFactor(origin) : undefined;
    return factor === undefined || factor === 0 || factor > SMALL ? [] : [{ origin, factor }];
  });
  return all.sort((a, b) => a.factor - b.factor)[0];
}

function factorComplaint({ origin, factor }: SmallFactor, loss: number): Complaint {
  return {
    status: "learns",
    fault: "lossStandsStill",
    phrase: "the loss did not move, a factor leaves next to nothing of {their gradients|its gradient}",
    place: placeOf(origin.site),
    cause: `This ${origin.operation} makes what it gets ${numberText(factor)} times as large, and every gradient with it: the updates are next to nothing, and the loss stayed at ${numberText(loss)}.`,
    repair: "Leave the factor out, or take one near 1.",
  };
}

/** All learn, and the loss does not move. */
export const standsStill: Rule = {
  name: "loss stands still",
  find(file, told) {
    const { losses, series, subject } = file;
    const [first = 0] = losses;
    const names = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    const inner = file.last.trace.innerSteps;
    const isStill = losses.every((loss) => Math.abs(loss - first) <= ROUNDING * Math.abs(first));
    if (
      names.length === 0 ||
      told.size > 0 ||
      losses.length < 3 ||
      !isStill ||
      isSurrogate(file) ||
      (inner.length > 0 && !file.last.isOwnLoop)
    )
      return [];
    const ratios = [...series.values()].flatMap(({ numbers }) => numbers.updateRatio.map(Number));
    const ratio = largest(ratios, 0);
    const [optimizer] = subject.hasOwnOptimizer ? [] : subject.optimizers;
    const small = smallFactorIn(file);
    if (small !== undefined)
      return [{ names: names.map(({ name }) => name), complaint: factorComplaint(small, first) }];
    return [
      {
        names: names.map(({ name }) => name),
        complaint: {
          status: "learns",
          severity: "warning",
          fault: "lossStandsStill",
          phrase: "the loss did not move",
          place: optimizer === undefined ? placeOf(inner.at(-1)?.site) : placeOfMade(optimizer),
          cause: `A gradient arrives and moves {them|it}, by up to ${numberText(ratio)} of the weights in a step, and the loss stayed at ${numberText(first)} in all ${losses.length} steps.`,
          ...(ratio < 1e-4 && { repair: rateText(subject, "Raise") }),
        },
      },
    ];
  },
};
