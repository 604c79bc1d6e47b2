import type { Tensor } from "../../autograd/tensor.js";
import { holderOf } from "../../core/call-site.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";
import { leftOutComplaint, neverSteppedComplaint } from "../step-complaints.js";

/** The loss trains by itself, and one of its optimizers never steps. */
export const ownLoop: Rule = {
  name: "own loop",
  find(file, told) {
    const { last } = file;
    if (!last.isOwnLoop && !last.trace.propagatedFrom.has(last.loss)) return [];
    const { optimizers, hasOwnOptimizer } = file.subject;
    const given = new Set<Tensor>(hasOwnOptimizer ? [] : optimizers.flatMap(({ parameters }) => parameters));
    const isByHand = last.isOwnLoop && last.trace.innerSteps.length === 0;
    const stepped = new Set<Tensor>(last.trace.innerSteps.flatMap(({ parameters }) => parameters));
    return untold(file, told).flatMap(({ name, parameter, inner, written }) => {
      const holder = holderOf(parameter, hasOwnOptimizer ? optimizers : []);
      const isStepped =
        stepped.has(parameter) || inner.includes(true) || (given.has(parameter) && !last.isOwnLoop);
      if (isStepped || !last.flow.reachesLoss(parameter)) return [];
      if (isByHand && !written.includes(true) && !isAssigned(parameter, file)) {
        const place = placeOf([...file.writeSites.values(), ...last.trace.propagatedFrom.values()][0]);
        return [{ names: [name], complaint: leftOutComplaint(place) }];
      }
      return holder === undefined ? [] : [{ names: [name], complaint: neverSteppedComplaint(holder) }];
    });
  },
};

function isAssigned(parameter: Tensor, { last }: CaseFile): boolean {
  return last.trace.entries.some(({ kind, tensor }) => kind === "assigned" && tensor === parameter);
}
