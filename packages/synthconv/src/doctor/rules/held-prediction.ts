import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import { constantFactor } from "../constant-factor.js";
import { COMPARISONS } from "../operations.js";
import { placeOf } from "../place.js";
import type { Edge, Origin } from "../trace.js";
import { unmoved } from "../zero/spot.js";

/** The prediction is held, and the target that is made of later predictions learns: the wrong one of two was detached. */
export const heldPrediction: Rule = {
  name: "held prediction",
  find(file, told) {
    const { trace, flow } = file.last;
    const cuts = trace.edges.filter(
      ({ passage, to }) => (passage === "detached" || passage === "noTape") && flow.feedsTape(to),
    );
    return cuts.flatMap((edge): Accusation[] => {
      const target = targetAgainst(edge, file);
      if (target === undefined) return [];
      const names = ancestorsOf([target], file).filter((name) => !told.has(name));
      const own = new Set(ancestorsOf([edge.from], file));
      if (names.length === 0 || !names.some((name) => own.has(name))) return [];
      return [{ names, complaint: complaintOf(edge) }];
    });
  },
};

/** What a held value is compared with, where that is a number of the batch and a share of a later prediction. */
function targetAgainst({ to, from }: Edge, { last, batch }: CaseFile): Tensor | undefined {
  const { trace } = last;
  const comparison = [...trace.origins.values()].find(
    ({ operation, inputs }) =>
      COMPARISONS.has(operation) && inputs.length === 2 && inputs.some((one) => unmoved(one, trace) === to),
  );
  const open = comparison?.inputs.find((one) => one.requiresGrad);
  const isOf = (one: Tensor): boolean => [...batch.keys()].includes(unmoved(one, trace));
  if (open === undefined || !isBootstrapped(open, last, isOf)) return undefined;
  return isBootstrapped(from, last, isOf) ? undefined : open;
}

/** Whether it is a sum of numbers of the batch, rewards, and of a share of what is trained. */
function isBootstrapped(
  value: Tensor,
  { trace }: CaseFile["last"],
  isOfBatch: (one: Tensor) => boolean,
): boolean {
  const sum = trace.origins.get(unmoved(value, trace));
  if (sum?.operation !== "add") return false;
  const later = sum.inputs.find(({ requiresGrad }) => requiresGrad);
  const reward = sum.inputs.find((one) => !one.requiresGrad && isOfBatch(one));
  return (
    later !== undefined &&
    reward !== undefined &&
    isDiscounted(trace.origins.get(unmoved(later, trace)), trace)
  );
}

/** Once or more often: by a number, and by 0 where an episode ends. */
function isDiscounted(origin: Origin | undefined, trace: CaseFile["last"]["trace"]): boolean {
  if (origin?.operation !== "multiply") return false;
  const factor = constantFactor(origin);
  if (factor !== undefined && factor < 1) return true;
  const next = origin.inputs.find(({ requiresGrad }) => requiresGrad);
  return next !== undefined && isDiscounted(trace.origins.get(unmoved(next, trace)), trace);
}

function complaintOf({ site, passage }: Edge): Accusation["complaint"] {
  const how =
    passage === "detached"
      ? "Detach holds the prediction here"
      : "The prediction is computed inside noGrad here";
  return {
    status: "cut",
    fault: passage === "detached" ? "detached" : "computedWithoutTape",
    phrase: "the prediction is held, and the target learns",
    place: placeOf(site),
    cause: `${how}, and what it is compared with, numbers of the batch and a share of a later prediction, carries the gradient: later predictions follow the present ones, and none follows the batch.`,
    repair:
      'Hold the other side: compare with target.detach({ reason: "the target" }), and leave the prediction open.',
  };
}
