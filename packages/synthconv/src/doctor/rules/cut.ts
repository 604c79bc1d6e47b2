import { Parameter } from "../../autograd/parameter.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { cutComplaint, madeInForwardComplaint } from "../cut-complaints.js";
import { heldParameters } from "../observed-loss.js";
import { inSteps, troubleOf } from "../over-time.js";
import { strayComplaint } from "../step-complaints.js";
import type { Edge } from "../trace.js";

/** The forward pass put another parameter in the place of one, or computed numbers into it. */
export const replaced: Rule = {
  name: "replaced",
  find: (file, told) =>
    untold(file, told).flatMap(({ name, parameter }) => {
      const complaint = replacement(name, parameter, file);
      return complaint === undefined ? [] : [{ names: [name], complaint }];
    }),
};

/** The loss was computed from it, and no gradient could flow back: always, since some step, or again and again. */
export const cut: Rule = {
  name: "cut",
  find: (file, told) =>
    untold(file, told).flatMap((one) => {
      const trouble = troubleOf(one);
      const complaint = one.explained.get("cut")?.complaint;
      if (trouble?.turn !== "cut" || complaint === undefined) return [];
      return [{ names: [one.name], complaint: inSteps(complaint, trouble.steps, one.turns.length) }];
    }),
};

/** Parameters that the loss was computed from and that are not the model's. */
export const strays: Rule = {
  name: "strays",
  find({ subject, last }) {
    const { trace, flow, parameters, parametersAfter } = last;
    const inner = trace.innerSteps.flatMap((step) => step.parameters);
    const known = new Set([
      ...parameters.values(),
      ...parametersAfter.values(),
      ...heldParameters(subject),
      ...inner,
    ]);
    const accusations: Accusation[] = [];
    for (const { tensor, kind } of trace.entries) {
      if (kind !== "leaf" || !(tensor instanceof Parameter) || !tensor.trainable || known.has(tensor))
        continue;
      if (!flow.reachesLoss(tensor)) continue;
      known.add(tensor);
      const isMade = trace.madeParameters.has(tensor);
      // One that computed numbers were made into is told of at the passage.
      if (isMade && passageInto(tensor, "rewrapped", { last }) !== undefined) continue;
      accusations.push({
        names: [],
        complaint: isMade ? madeInForwardComplaint(tensor) : strayComplaint(tensor),
      });
    }
    return accusations;
  },
};

function replacement(path: string, parameter: Parameter, { last }: CaseFile): Complaint | undefined {
  const { trace, flow, parametersAfter } = last;
  const now = parametersAfter.get(path);
  if (now !== undefined && now !== parameter && trace.madeParameters.has(now)) {
    const edge = passageInto(now, "rewrapped", { last });
    const complaint = edge === undefined ? madeInForwardComplaint(now) : cutComplaint(edge, trace);
    return { ...complaint, status: "unused" };
  }
  const edge = passageInto(parameter, "assigned", { last });
  const isFromItself = edge !== undefined && flow.influenceOf(parameter).has(edge.from);
  if (edge === undefined || isFromItself) return undefined;
  return { ...cutComplaint(edge, trace), status: "unused" };
}

function passageInto(
  parameter: Parameter,
  passage: Edge["passage"],
  { last: { trace } }: Pick<CaseFile, "last">,
): Edge | undefined {
  return trace.edges.find((edge) => edge.to === parameter && edge.passage === passage);
}
