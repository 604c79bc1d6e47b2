import type { Tensor } from "../../autograd/tensor.js";
import { holderOf } from "../../core/call-site.js";
import { type Rule, untold } from "../case-file.js";
import { neverSteppedComplaint } from "../step-complaints.js";

/** The loss trains by itself, and one of its optimizers never steps. */
export const ownLoop: Rule = {
  name: "own loop",
  find(file, told) {
    const { last } = file;
    if (!last.trace.propagatedFrom.has(last.loss)) return [];
    const { optimizers, hasOwnOptimizer } = file.subject;
    const given = new Set<Tensor>(hasOwnOptimizer ? [] : optimizers.flatMap(({ parameters }) => parameters));
    const stepped = new Set<Tensor>(last.trace.innerSteps.flatMap(({ parameters }) => parameters));
    return untold(file, told).flatMap(({ name, parameter, inner }) => {
      const holder = holderOf(parameter, hasOwnOptimizer ? optimizers : []);
      const isStepped =
        stepped.has(parameter) || inner.includes(true) || (given.has(parameter) && !last.isOwnLoop);
      if (isStepped || holder === undefined || !last.flow.reachesLoss(parameter)) return [];
      return [{ names: [name], complaint: neverSteppedComplaint(holder) }];
    });
  },
};
