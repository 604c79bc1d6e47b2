import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, ancestorsOf, type Rule } from "../case-file.js";
import { COMPARISONS } from "../operations.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { unmoved } from "../zero/spot.js";

/** What a function gives at the most and at the least. */
const REACH: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["sigmoid", [0, 1]],
  ["softmax", [0, 1]],
  ["tanh", [-1, 1]],
]);
/** Some outliers are none's fault; beyond by this much of the range no rounding leads. */
const MOST = 0.5;
const BEYOND = 0.5;

/** Results of a squashing function that are compared with targets which it never reaches. */
export const beyondReach: Rule = {
  name: "beyond reach",
  find(file, told) {
    const { trace, flow } = file.last;
    for (const { operation, inputs, tensor } of trace.origins.values()) {
      const given = inputs.find(({ requiresGrad }) => requiresGrad);
      const target = inputs.find(({ requiresGrad }) => !requiresGrad);
      if (!COMPARISONS.has(operation) || given === undefined || target?.size !== given.size) continue;
      const squash = trace.origins.get(unmoved(given, trace));
      const reach = squash && REACH.get(squash.operation);
      if (squash === undefined || reach === undefined || !flow.feedsTape(tensor)) continue;
      if (shareBeyond(target, reach) < MOST) continue;
      const names = ancestorsOf([squash.tensor], file).filter((name) => !told.has(name));
      if (names.length === 0) return [];
      const name = file.batch.get(unmoved(target, trace)) ?? `the target [${target.shape}]`;
      const accusation: Accusation = {
        names,
        complaint: {
          status: "learns",
          fault: "alwaysZero",
          phrase: `${squash.operation} never reaches what it is compared with`,
          place: placeOf(squash.site),
          cause: `The ${squash.operation} here gives numbers from ${reach[0]} to ${reach[1]}, and ${name}, which they are compared with, has numbers up to ${numberText(farthest(target))}: all results go to the edge, where its derivative is 0, and what is left of the error is nobody's to learn.`,
          repair: `Bring ${name} into the range from ${reach[0]} to ${reach[1]}, divide(y, 255) where it has bytes, or leave ${squash.operation} out.`,
        },
      };
      return [accusation];
    }
    return [];
  },
};

function shareBeyond({ data, size }: Tensor, [least, most]: readonly [number, number]): number {
  let count = 0;
  for (const value of data) if (value > most + BEYOND || value < least - BEYOND) count++;
  return count / size;
}

function farthest({ data }: Tensor): number {
  return Array.from(data).reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far), 0);
}
