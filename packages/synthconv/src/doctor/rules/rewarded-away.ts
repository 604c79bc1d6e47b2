import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { MOVES, type Origin } from "../trace.js";

/** A program that weighs by these names wants more of them; by costs it wants less. */
const WANTED = ["reward", "advantage", "returns"];
const UNWANTED = ["cost", "regret", "penalty", "penalties"];

/** Log-probabilities that are weighed with rewards and returned as they are: what is rewarded becomes seldom. */
export const rewardedAway: Rule = {
  name: "rewarded away",
  isLast: true,
  find(file, told) {
    const text = file.subject.text.toLowerCase();
    const names = [...file.batch.values()].join(" ").toLowerCase();
    const says = (words: readonly string[]): boolean =>
      words.some((word) => text.includes(word) || names.includes(word));
    if (told.size > 0 || !says(WANTED) || says(UNWANTED)) return [];
    const { trace, loss } = file.last;
    const weighed = [...trace.origins.values()].find((origin) => isPushedDown(origin, file));
    const learning = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    if (weighed === undefined || learning.length === 0) return [];
    const accusation: Accusation = {
      names: learning.map(({ name }) => name),
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "the loss falls as what is rewarded becomes seldom",
        place: placeOf(trace.origins.get(loss)?.site) ?? placeOf(weighed.site),
        cause: `Log-probabilities are multiplied with what the program calls rewards, and the loss, from ${numberText(file.losses[0])} to ${numberText(file.losses.at(-1))}, is the lower the less likely the rewarded ones are: training goes the wrong way.`,
        repair: "Turn the sign round: return negate(...) of the weighed log-probabilities.",
      },
    };
    return [accusation];
  },
};

/** A product of log-probabilities and held weights whose gradient is above 0 wherever there is one. */
function isPushedDown({ operation, inputs, tensor }: Origin, { last }: CaseFile): boolean {
  const given = inputs.find(({ requiresGrad }) => requiresGrad);
  const weights = inputs.find(({ requiresGrad }) => !requiresGrad);
  if (operation !== "multiply" || given === undefined || weights === undefined || weights.size < 2)
    return false;
  const gradient = last.gradients.get(tensor)?.data;
  const isDown = gradient?.every((value) => value >= 0) === true && gradient.some((value) => value > 0);
  // Marks of one action in each row choose it, and weigh nothing.
  return isDown && isLogarithm(given, last) && !isMark(weights);
}

const CHOICES: ReadonlySet<string> = new Set([...MOVES, "gather", "sum", "multiply"]);

function isLogarithm(tensor: Tensor, { trace }: CaseFile["last"]): boolean {
  const behind = new Set([tensor]);
  for (const one of behind) {
    const { operation = "", inputs = [] } = trace.origins.get(one) ?? {};
    if (operation === "logSoftmax" || operation === "log") return true;
    if (CHOICES.has(operation)) for (const input of inputs) if (input.requiresGrad) behind.add(input);
  }
  return false;
}

function isMark({ data, shape: [rows = 1] }: Tensor): boolean {
  const ones = data.filter((value) => value === 1).length;
  return data.every((value) => value === 0 || value === 1) && ones === rows;
}
