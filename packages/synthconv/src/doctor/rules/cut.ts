import { Parameter } from "../../autograd/parameter.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { cutComplaint, madeInForwardComplaint } from "../cut-complaints.js";
import { heldParameters } from "../observed-loss.js";
import { inSteps, troubleOf } from "../over-time.js";
import type { ParameterSeries } from "../series.js";
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
      if (WITHOUT_TAPE.has(complaint.fault) && isLeftOut(one, file)) {
        file.excuses.set(one.name, "its results are constants, and no optimizer holds it");
        return [];
      }
      return [{ names: [one.name], complaint: inSteps(complaint, trouble.steps, one.turns.length) }];
    }),
};

const WITHOUT_TAPE: ReadonlySet<string> = new Set(["detached", "computedWithoutTape"]);

/** Features of a part that only the head behind them is trained on: the optimizer was given that head, and learns it. */
function isLeftOut({ parameter, turns }: ParameterSeries, { subject, series }: CaseFile): boolean {
  if (subject.hasOwnOptimizer || turns.includes("learns")) return false;
  const held = new Set(heldParameters(subject));
  const learns = [...series.values()].some((one) => held.has(one.parameter) && one.turns.at(-1) === "learns");
  return learns && !held.has(parameter);
}

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
  // Numbers that nothing in this run computed may be a snapshot of its own: what is kept of it says more.
  const isComputed = edge.from.history !== undefined || flow.edgesInto(edge.from).length > 0;
  if (!isComputed && !(edge.from instanceof Parameter)) return undefined;
  return { ...cutComplaint(edge, trace), status: "unused" };
}

function passageInto(
  parameter: Parameter,
  passage: Edge["passage"],
  { last: { trace } }: Pick<CaseFile, "last">,
): Edge | undefined {
  return trace.edges.find((edge) => edge.to === parameter && edge.passage === passage);
}
