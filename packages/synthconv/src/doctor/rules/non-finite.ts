import type { Rule } from "../case-file.js";
import { nonFiniteComplaint } from "../step-complaints.js";

/** NaN or Infinity: which operation made the first one. */
export const nonFinite: Rule = {
  name: "not finite",
  isLast: true,
  find({ last, series, rawBatch }) {
    const isLossBad = !Number.isFinite(last.loss.data[0]);
    const named = [...series.values()].filter(
      ({ parameter, nonFinite: seen }) => seen !== undefined || (isLossBad && parameter.trainable),
    );
    if (named.length === 0 && !isLossBad) return [];
    const of = named.find((one) => one.nonFinite !== undefined)?.nonFinite?.of ?? "loss";
    return [
      {
        names: named.map(({ name }) => name),
        complaint: nonFiniteComplaint(isLossBad ? "loss" : of, last, rawBatch),
      },
    ];
  },
};
