import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { valuesWith } from "../changed-run.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import type { Origin } from "../trace.js";

/** As many terms as a loss has at the most. */
const MAX_TERMS = 32;
/** exp(-50) is 2e-22: an exponent that is moved so far leaves nothing of a term. */
const FAR = 50;
/** What is left of a loss that its weights alone bring down: one that holds them rises instead. */
const NOTHING = 1e-3;

/** Weights of the terms of a loss that are trained with it, and that nothing holds: they go to where the loss is 0. */
export const freeWeights: Rule = {
  name: "free weights of a loss",
  find(file, told) {
    const { losses } = file;
    const [first = 0] = losses;
    if (!(first > 0)) return [];
    return untold(file, told).flatMap((one): Accusation[] => {
      const { name, parameter, written, turns } = one;
      const meeting = meetingWithTerms(parameter, file);
      const gradient = file.last.gradients.get(parameter)?.data;
      if (meeting === undefined || gradient === undefined || written.includes(true)) return [];
      if (turns.at(-1) !== "learns") return [];
      const far = valuesWith(
        file,
        [parameter],
        (value, i) => value - FAR * Math.sign(gradient[i] as number) * Math.max(1, Math.abs(value)),
      );
      const least = far?.at(-1) ?? Number.NaN;
      if (!(least <= NOTHING * first)) return [];
      return [
        {
          names: [name],
          complaint: {
            status: "exploding",
            fault: "exploding",
            phrase: "nothing holds {them|it}, trained weights of the loss itself",
            place: placeOf(meeting.site),
            cause: `What is trained here weighs terms of the loss, and it alone brings the loss from ${numberText(first)} to ${numberText(least)}, whatever the network gives: training lowers the weights and not the errors.`,
            repair:
              "Add what makes a small weight dear: with s trained, exp(-s) * term + s for each term (arXiv:1705.07115); or take weights that are numbers.",
          },
        },
      ];
    });
  },
};

/** Where it meets what the network computed; undefined where it meets more than the few numbers that terms are. */
function meetingWithTerms(parameter: Tensor, { last: { flow, trace } }: CaseFile): Origin | undefined {
  if (parameter.size > MAX_TERMS) return undefined;
  const behind = flow.influenceOf(parameter);
  // A multiplier that is a constant for the network, with a loss of its own, is moved by what it is to hold.
  if (trace.edges.some(({ passage, from }) => passage === "declared" && behind.has(from))) return undefined;
  const origins = [...trace.origins.values()].filter(({ tensor }) => behind.has(tensor));
  const areTerms = origins.every(({ inputs, tensor }) =>
    [tensor, ...inputs].every(({ size }) => size <= parameter.size),
  );
  const meets = origins.find(({ inputs }) => inputs.some((one) => one.requiresGrad && !behind.has(one)));
  const isWeight = meets !== undefined && (meets.operation === "multiply" || meets.operation === "divide");
  return areTerms && isWeight ? meets : undefined;
}
