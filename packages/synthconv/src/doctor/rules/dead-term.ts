import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";
import { placeText } from "../report/words.js";
import { MOVES, type Origin } from "../trace.js";

/** What is detached for one term of the loss goes into another term, which has no gradient for it: a critic's error. */
export const deadTerm: Rule = {
  name: "dead term",
  find(file, told) {
    const { last, subject } = file;
    // Where the whole loss has no gradient, there is no term beside it that takes what was detached.
    if (last.isOwnLoop || subject.innerOptimizers.size > 0 || !last.loss.requiresGrad) return [];
    const declared = untold(file, told).filter(({ turns }) => turns.every((turn) => turn === "declared"));
    if (declared.length === 0) return [];
    return termsOf(file).flatMap((term): Accusation[] => {
      const names = declared.flatMap(({ name, parameter }) =>
        last.flow.influenceOf(parameter).has(term.tensor) ? [name] : [],
      );
      const passage = last.trace.edges.find(
        (edge) => edge.passage === "declared" && last.flow.influenceOf(edge.from).has(term.tensor),
      );
      const place = placeOf(term.site);
      if (names.length === 0 || passage === undefined || place === undefined) return [];
      return [
        {
          names,
          complaint: {
            status: "cut",
            fault: "detached",
            phrase: "the term of the loss that they are for has no gradient",
            place: placeOf(passage.site),
            cause: `What is detached here, for the reason that is given, also goes into a term of the loss of its own, the ${term.operation} at ${placeText(place)}: that has no gradient then, and nothing else trains {these parameters|this parameter}.`,
            repair: "Give that term the tensor itself, and detach it where the other term takes it alone.",
          },
        },
      ];
    });
  },
};

const PASSES: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "divide", "negate", ...MOVES]);

/** What the loss is a sum of, times numbers, and has no gradient. */
function termsOf({ last: { trace, loss } }: CaseFile): Origin[] {
  const met = new Set<Tensor>([loss]);
  const terms: Origin[] = [];
  for (const one of met) {
    const origin = trace.origins.get(one);
    if (origin === undefined || origin.inputs.length === 0 || one.size !== 1) continue;
    if (!one.requiresGrad) terms.push(origin);
    else if (PASSES.has(origin.operation)) for (const input of origin.inputs) met.add(input);
  }
  return terms;
}
