import { largest } from "../../core/extremes.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import { MeantCuts } from "../meant-cut.js";
import { placeOf, placeOfMade } from "../place.js";
import { rateText } from "../rate-trial.js";
import { numberText } from "../report/words.js";

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
