import type { Tensor } from "../../autograd/tensor.js";
import { holderOf } from "../../core/call-site.js";
import { type Rule, untold } from "../case-file.js";
import { heldParameters } from "../observed-loss.js";
import { isMovedByHand } from "../over-time.js";
import { neverSteppedComplaint, noOptimizerComplaint, notHeldComplaint } from "../step-complaints.js";
import { isReachedInside } from "../trained-outputs.js";

/** A gradient arrives, and no optimizer of the list, and none that steps inside of the loss, updates it. */
export const notHeld: Rule = {
  name: "not held",
  find(file, told) {
    const { subject, last } = file;
    const { innerSteps } = last.trace;
    if (subject.hasOwnOptimizer && innerSteps.length === 0) return [];
    const optimizers = subject.hasOwnOptimizer ? [...subject.innerOptimizers.keys()] : subject.optimizers;
    const held = new Set<Tensor>(heldParameters({ optimizers }));
    for (const { parameters } of [...innerSteps, ...subject.innerOptimizers.keys()])
      for (const one of parameters) held.add(one);
    return untold(file, told)
      .filter((one) => {
        const isSeen = one.turns.some((turn) => turn === "learns" || turn === "zero");
        const isReached = isSeen || isReachedInside(one.parameter, last.trained);
        return isReached && !held.has(one.parameter) && !one.inner.includes(true) && !isMovedByHand(one);
      })
      .map(({ name, parameter }) => {
        const other = holderOf(parameter, optimizers);
        if (other !== undefined) return { names: [name], complaint: neverSteppedComplaint(other) };
        const complaint =
          optimizers.length === 0
            ? noOptimizerComplaint(last.trace.origins.get(last.loss)?.site)
            : notHeldComplaint(optimizers, subject.model);
        return { names: [name], complaint };
      });
  },
};
