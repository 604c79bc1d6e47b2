import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, ancestorsOf, type Rule } from "../case-file.js";
import { calledFunction, placeOf } from "../place.js";
import { unmoved } from "../zero/spot.js";

/** What each score makes of its logits itself, and what must not have been made of them before. */
const SCORES: Readonly<Record<string, { readonly own: string; readonly before: readonly string[] }>> = {
  bceWithLogits: { own: "sigmoid", before: ["sigmoid", "softmax", "relu"] },
  softmax: { own: "softmax", before: ["softmax"] },
  // crossEntropy begins with it.
  logSoftmax: { own: "softmax", before: ["softmax", "sigmoid"] },
};

/** Probabilities where a loss wants logits: it squashes them a second time, and no answer can be sure any more. */
export const squashedTwice: Rule = {
  name: "squashed twice",
  find(file, told) {
    const { trace, flow } = file.last;
    return [...trace.origins.values()].flatMap((origin): Accusation[] => {
      const score = SCORES[origin.operation];
      const [logits] = origin.inputs;
      if (score === undefined || logits === undefined || !flow.feedsTape(origin.tensor)) return [];
      const before = trace.origins.get(unmoved(logits, trace));
      if (before === undefined || !score.before.includes(before.operation)) return [];
      const name = calledFunction(origin.site) ?? origin.operation;
      const names = ancestorsOf([before.tensor], file).filter((name) => !told.has(name));
      if (names.length === 0) return [];
      return [
        {
          names,
          complaint: {
            status: "learns",
            severity: "warning",
            fault: "squashedTwice",
            phrase: `${name} is given what ${before.operation} made of the logits`,
            place: placeOf(before.site),
            cause: causeOf(name, score.own, before.tensor, before.operation),
            repair: `Leave ${before.operation} out here and give ${name} what comes before it: it takes any numbers.`,
          },
        },
      ];
    });
  },
};

function causeOf(score: string, own: string, { shape }: Tensor, before: string): string {
  return before === "relu"
    ? `relu leaves no logit below 0 ([${shape}]), and ${score} takes its ${own}: no probability below a half can be given.`
    : `${score} takes the ${own} of what it is given, and these are results of ${before} already ([${shape}]), from 0 to 1: squashed twice, no answer can be sure, and the gradient is small.`;
}
