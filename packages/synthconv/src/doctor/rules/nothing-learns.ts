import type { Accusation, CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { placeOf, placesApart } from "../place.js";
import { twinsBehind } from "../twins.js";

/** Everything is excused, by a detach with a reason, and nothing is left that learns. */
export const nothingLearns: Rule = {
  name: "nothing learns",
  find(file, told) {
    const { series, last } = file;
    const all = [...series.values()];
    const declared = all.filter(({ turns }) => turns.includes("declared"));
    const isMoved = all.some(
      ({ turns, written, inner }) =>
        turns.includes("learns") || written.includes(true) || inner.includes(true),
    );
    const [first] = declared;
    if (told.size > 0 || isMoved) return [];
    const excused = all.filter(({ parameter, turns }) => parameter.trainable && turns.includes("zero"));
    const isAll = all.every((one) => !one.parameter.trainable || excused.includes(one));
    if (excused.length > 0 && isAll)
      return [{ names: excused.map(({ name }) => name), complaint: constantComplaint(file) }];
    if (first === undefined || last.loss.requiresGrad) return [];
    const [computed] = last.trace.propagatedFrom.values();
    const way = last.flow.reachOf(first.parameter);
    const accusation: Accusation = {
      names: declared.map(({ name }) => name),
      complaint: {
        ...({ status: "cut", fault: "nothingToTrain" } as const),
        ...(computed === undefined
          ? {
              phrase: "nothing is trained, all ways to {them|it} are detached with a reason",
              place: way.kind === "declared" ? placeOf(way.edge.site) : undefined,
              cause:
                "Detach gives a reason here, and it stands in the only way back from the loss: no parameter of the model gets a gradient, and nothing moves one.",
              repair:
                "Detach what is a constant on purpose, and leave a way from the loss to what is to learn.",
            }
          : {
              phrase: "nothing writes {them|it}, though a gradient is computed",
              place: placeOf(computed),
              cause:
                "The gradient that is computed here comes to nothing: the loss itself is detached with a reason, and in no step a parameter is written.",
              repair:
                "Write what the step computes into the parameters, parameter.assign(numbers): stateDict(), toArray() and slice() give copies. Or let an optimizer step.",
            }),
      },
    };
    return [accusation];
  },
};

/** What excuses one parameter, that it cancels, is the fault where it holds for all. */
function constantComplaint({ last, batch, usedInputs }: CaseFile): Complaint {
  const { trace, loss, flow } = last;
  const difference = [...trace.origins.values()].find(
    ({ operation, tensor, inputs }) =>
      operation === "subtract" &&
      flow.reachesLoss(tensor) &&
      inputs.every(({ requiresGrad }) => requiresGrad) &&
      tensor.data.every((value) => value === 0),
  );
  const common = {
    status: "zero",
    fault: "alwaysZero",
    phrase: "the loss is the same whatever {they are|it is}",
  } as const;
  const [left, right] = difference?.inputs ?? [];
  const twins = left && right && twinsBehind(left, right, trace);
  const name = twins && batch.get(twins.source);
  if (twins !== undefined && name !== undefined) {
    const [place] = placesApart(twins.later.site, twins.earlier.site);
    const [unread] = [...batch].flatMap(([tensor, other]) => (usedInputs.has(tensor) ? [] : [other]));
    return {
      ...common,
      place,
      cause: `What is computed here comes of ${name}, as what it is taken away from does: the two are the same numbers, and their difference is 0 whatever the parameters are.${unread === undefined ? "" : ` Nothing takes ${unread} of the batch.`}`,
      repair: `Compute this one from ${unread ?? "what it is meant to come of"} in the place of ${name}.`,
    };
  }
  return {
    ...common,
    place: placeOf((difference ?? trace.origins.get(loss))?.site),
    cause:
      difference === undefined
        ? "The gradients of all parameters cancel: what each adds at one place it takes away at another, and the loss is the same whatever they are."
        : "Both sides of this difference are the same numbers, computed from the same parameters: it is 0 whatever they are.",
    repair:
      "Compare what the network gives with something that does not come from the same parameters: a target, or a teacher.",
  };
}
