import type { Tensor } from "../../autograd/tensor.js";
import { holderOf } from "../../core/call-site.js";
import type { Optimizer } from "../../train/optimizer.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import { isMovedByHand } from "../over-time.js";
import { placeOf } from "../place.js";
import { leftOutComplaint, neverSteppedComplaint, notHeldComplaint } from "../step-complaints.js";
import { hasUnreachedStep, unreachedStepComplaint } from "../unreached-step.js";

/** The loss trains by itself, and one of its optimizers never steps. */
export const ownLoop: Rule = {
  name: "own loop",
  find(file, told) {
    const { last } = file;
    const { optimizers, hasOwnOptimizer } = file.subject;
    const stepsInVain = hasOwnOptimizer && last.trace.innerSteps.some(({ moved }) => moved.size === 0);
    if (!last.isOwnLoop && !last.isPropagated && !stepsInVain) return [];
    const given = new Set<Tensor>(hasOwnOptimizer ? [] : optimizers.flatMap(({ parameters }) => parameters));
    const isUnreached = hasUnreachedStep(file);
    const isByHand = last.isOwnLoop && last.trace.innerSteps.length === 0;
    const stepped = new Set<Tensor>(last.trace.innerSteps.flatMap(({ parameters }) => parameters));
    return untold(file, told).flatMap((one) => {
      const { name, parameter, inner, written } = one;
      const holder = holderOf(parameter, hasOwnOptimizer ? optimizers : []);
      const isStepped =
        stepped.has(parameter) ||
        inner.includes(true) ||
        (given.has(parameter) && !last.isOwnLoop && !isUnreached) ||
        isMovedByHand(one);
      if (isStepped || !last.flow.reachesLoss(parameter)) return [];
      if (isByHand && !written.includes(true) && !isAssigned(parameter, file)) {
        const place = placeOf([...file.writeSites.values(), ...last.trace.propagatedFrom.values()][0]);
        return [{ names: [name], complaint: leftOutComplaint(place) }];
      }
      const own = isUnreached
        ? optimizers.find(({ parameters }) => parameters.includes(parameter))
        : undefined;
      if (own !== undefined) return [{ names: [name], complaint: unreachedStepComplaint(own, file) }];
      if (holder !== undefined) return [{ names: [name], complaint: neverSteppedComplaint(holder) }];
      const others = innerOptimizers(file);
      const isLeftOut = hasOwnOptimizer && (last.isOwnLoop || stepsInVain) && others.length > 0 && !isByHand;
      return isLeftOut ? [{ names: [name], complaint: notHeldComplaint(others, file.subject.model) }] : [];
    });
  },
};

/** Those that the loss steps; first one whose step moves nothing: what was propagated before it is for others. */
function innerOptimizers({ subject, last }: CaseFile): Optimizer[] {
  const isInVain = ({ parameters }: Optimizer): boolean =>
    last.trace.innerSteps.some((step) => step.parameters === parameters && step.moved.size === 0);
  const all = [...subject.innerOptimizers.keys()];
  return [...all.filter(isInVain), ...all.filter((one) => !isInVain(one))];
}

function isAssigned(parameter: Tensor, { last }: CaseFile): boolean {
  return last.trace.entries.some(({ kind, tensor }) => kind === "assigned" && tensor === parameter);
}
