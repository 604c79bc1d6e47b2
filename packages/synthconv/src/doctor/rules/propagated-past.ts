import { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { cutComplaint } from "../cut-complaints.js";
import { Flow } from "../flow.js";
import type { InnerStep } from "../inner-step.js";
import { observedLoss, putBack } from "../observed-loss.js";
import { placeOf } from "../place.js";
import { Trace } from "../trace.js";

/** An optimizer steps inside of the loss, and no gradient of what was propagated before reaches its parameters. */
export const propagatedPast: Rule = {
  name: "propagated past",
  find(file, told) {
    const { last } = file;
    const moved = new Set(last.trace.innerSteps.flatMap((step) => [...step.moved]));
    return last.trace.innerSteps.flatMap((step, index): Accusation[] => {
      const trained = step.parameters.filter(({ requiresGrad }) => requiresGrad);
      if (trained.length === 0 || trained.some((one) => moved.has(one))) return [];
      const found = [...last.parameters].filter(([, one]) => trained.includes(one));
      const [first] = found;
      if (first === undefined || found.some(([name]) => told.has(name))) return [];
      const { propagated, trace } = propagatedBefore(index, step, file);
      if (propagated === undefined) return [];
      const names = found.map(([name]) => name);
      return [{ names, complaint: withoutWay(first[1], propagated, trace) }];
    });
  },
};

/** What is propagated between where gradients are forgotten and a step that none arrives for; found in a run of its own. */
function propagatedBefore(
  index: number,
  { parameters }: InnerStep,
  { subject, last }: CaseFile,
): { propagated: Tensor | undefined; trace: Trace } {
  const hasBackward = last.trace.propagatedFrom.size > 0;
  return putBack(subject, () => {
    let isCleared = false;
    let propagated: Tensor | undefined;
    const onPropagate = (output: Tensor): void => {
      if (trace.innerSteps.length <= index) propagated = output;
    };
    const trace: Trace = new Trace({ onPropagate });
    const watched = parameters.map((parameter) => {
      // Backward may have left one in the run before.
      let grad =
        parameter.grad ??
        (hasBackward ? new Tensor({ shape: parameter.shape, data: parameter.data.slice() }) : undefined);
      const set = (next: Tensor | undefined): void => {
        const isOver = trace.innerSteps.length > index;
        if (!isOver && grad !== undefined && next === undefined) {
          isCleared = true;
          propagated = undefined;
        }
        // Backward came between.
        if (!isOver && next !== undefined) isCleared = false;
        grad = next;
      };
      const get = (): Tensor | undefined => grad;
      Object.defineProperty(parameter, "grad", { configurable: true, enumerable: true, get, set });
      return {
        parameter,
        release: () => ({ configurable: true, enumerable: true, writable: true, value: grad }),
      };
    });
    try {
      observedLoss(subject.loss, trace);
    } finally {
      for (const { parameter, release } of watched) Object.defineProperty(parameter, "grad", release());
    }
    return { propagated: isCleared ? propagated : undefined, trace };
  });
}

/** No gradient of what is propagated before the step reaches what the step is to move. */
function withoutWay(parameter: Tensor, propagated: Tensor, trace: Trace): Complaint {
  const way = new Flow(trace, propagated).reachOf(parameter);
  if (way.kind === "cut" || way.kind === "declared") {
    const complaint = cutComplaint(
      { ...way.edge, passage: way.edge.passage === "declared" ? "detached" : way.edge.passage },
      trace,
    );
    const place = complaint.place;
    return {
      ...complaint,
      cause: `What is propagated for the step of {these parameters|this parameter} is detached here${way.edge.reason === undefined ? "" : ", with a reason, on the only way to {them|it}"}: their optimizer gets no gradient, and its step moves nothing.`,
      repair:
        "Leave the detach out where the loss is to train what is before it; to keep others still, let its optimizer alone step.",
      place,
    };
  }
  return {
    status: "unused",
    fault: "notWired",
    phrase: "what is propagated for {their|its} step does not depend on {them|it}",
    place: placeOf(trace.propagatedFrom.get(propagated)),
    cause:
      "The loss that is propagated here, before the optimizer of {these parameters|this parameter} steps, was not computed from {them|it}: the step moves nothing.",
    repair: "Propagate the loss that {they are|it is} to lower before the step.",
  };
}
