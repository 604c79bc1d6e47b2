import type { Parameter } from "../../autograd/parameter.js";
import type { CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { growthBefore, growthText } from "../forward-growth.js";
import { nonFiniteInput, nonFiniteOrigin } from "../non-finite-origin.js";
import { isOwnFormula, tryUpdate } from "../own-update.js";
import { placeOf, placeOfMade } from "../place.js";
import { smallerStart } from "../smaller-start.js";
import { nonFiniteComplaint } from "../step-complaints.js";

/** NaN or Infinity: which operation made the first one, or which update of the user's own. */
export const nonFinite: Rule = {
  name: "not finite",
  isLast: true,
  find(file) {
    const { last, series, rawBatch } = file;
    const isLossBad = !Number.isFinite(last.loss.data[0]);
    const named = [...series.values()].filter(
      ({ parameter, nonFinite: seen }) => seen !== undefined || (isLossBad && parameter.trainable),
    );
    if (named.length === 0 && !isLossBad) return [];
    const first = named
      .filter((one) => one.nonFinite !== undefined)
      .sort((a, b) => (a.nonFinite?.step as number) - (b.nonFinite?.step as number))[0];
    const of = first?.nonFinite?.of ?? "loss";
    const own = first !== undefined && of === "update" ? updateComplaint(first.parameter, file) : undefined;
    return [
      {
        names: named.map(({ name }) => name),
        complaint: own ?? grownComplaint(file) ?? nonFiniteComplaint(isLossBad ? "loss" : of, last, rawBatch),
      },
    ];
  },
};

/** Values that grew on their way, until a float32 holds them no more. */
function grownComplaint({ last, subject }: CaseFile): Complaint | undefined {
  if (nonFiniteInput(last) !== undefined) return undefined;
  const found = nonFiniteOrigin(last);
  const growth = found?.of === "result" ? growthBefore(found.origin, last) : undefined;
  if (found === undefined || growth === undefined) return undefined;
  return {
    ...{ status: "nonFinite", fault: "nonFinite" },
    phrase: "the values grow from operation to operation until a float32 holds them no more",
    place: placeOf(growth.site),
    cause: `${growthText(growth)}, and ${found.origin.operation} comes to Infinity in the end.`,
    repair: smallerStart(growth, last, subject),
  };
}

/** The gradient was finite, and what an optimizer of the user's own, or a step by hand, made of it was not. */
function updateComplaint(parameter: Parameter, file: CaseFile): Complaint | undefined {
  const { subject, first, last, series, writeSites } = file;
  const common = { status: "nonFinite", fault: "nonFinite" } as const;
  const repair =
    "Keep what it divides by above 0, Math.sqrt(square) + 1e-8, and count steps from 1 where it corrects its means by them.";
  if (last.isOwnLoop && last.trace.innerSteps.length === 0) {
    const [name] = [...series].find(([, one]) => one.parameter === parameter) ?? [];
    const site = writeSites.get(name ?? "") ?? [...last.trace.propagatedFrom.values()][0];
    return {
      ...common,
      phrase: "the step by hand makes NaN or Infinity",
      place: placeOf(site),
      cause:
        "The gradient is finite, and what is written here is not: the step itself makes NaN or Infinity.",
      repair,
    };
  }
  const optimizer = subject.optimizers.find((one) => one.parameters.includes(parameter));
  const gradient = first.gradients.get(parameter);
  if (optimizer === undefined || gradient === undefined || !isOwnFormula(optimizer)) return undefined;
  const tried = tryUpdate(optimizer, parameter, gradient, subject);
  return {
    ...common,
    phrase: `the update of ${optimizer.constructor.name} makes NaN or Infinity`,
    place: tried?.nonFiniteAt ?? placeOfMade(optimizer),
    cause: `The gradient is finite, and what the update of ${optimizer.constructor.name} writes here is not: it divides by 0, or takes the root of a number below it.`,
    repair,
  };
}
