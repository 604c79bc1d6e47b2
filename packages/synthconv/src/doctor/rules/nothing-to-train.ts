import { Parameter } from "../../autograd/parameter.js";
import { constructionSite, lastFreezingSite } from "../../core/call-site.js";
import type { CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { inSteps } from "../over-time.js";
import { placeOf } from "../place.js";

const NOTHING = { status: "frozen", fault: "nothingToTrain" } as const;

/** Every parameter is frozen, or there is none. */
export const nothingToTrain: Rule = {
  name: "nothing to train",
  isLast: true,
  find(file) {
    const { last, series, subject } = file;
    const parameters = [...last.parameters.values()];
    if (parameters.some(({ trainable }) => trainable) || last.trace.innerSteps.length > 0) return [];
    if (parameters.length === 0) return [{ names: [], complaint: withoutParameters(file) }];
    const [optimizer] = subject.hasOwnOptimizer ? [] : subject.optimizers;
    const site =
      lastFreezingSite(parameters) ??
      (optimizer && constructionSite(optimizer)) ??
      constructionSite(parameters[0] as Parameter);
    const all = [...series.values()];
    const isFrozenSince = (step: number): boolean =>
      all.every(({ turns }) => turns.slice(step).every((turn) => turn === "frozen"));
    const steps = file.losses.flatMap((_, step) => (isFrozenSince(step) ? [step] : []));
    const complaint = {
      ...NOTHING,
      phrase: "every parameter is frozen, nothing is trained",
      place: placeOf(site),
      cause:
        "Every parameter of the model is frozen (trainable is false): no gradient is computed and no update moves anything.",
      repair: "Freeze only what is to stay as it is, and unfreeze() the rest: the new head, say.",
    };
    return [{ names: [...series.keys()], complaint: inSteps(complaint, steps, file.losses.length) }];
  },
};

/** Those that the loss was computed from stand where the module does not look. */
function withoutParameters({ last: { trace, flow }, subject }: CaseFile): Complaint {
  const name = subject.model.constructor.name;
  const hidden = trace.entries
    .filter(({ tensor, kind }) => kind === "leaf" && tensor instanceof Parameter && flow.reachesLoss(tensor))
    .map(({ tensor }) => tensor);
  const [first] = hidden;
  const which =
    hidden.length === 1 ? "a parameter that is" : `${hidden.length} parameters, the first of them`;
  return {
    ...NOTHING,
    phrase: "the model has no parameters",
    place: first && placeOf(constructionSite(first)),
    cause:
      first === undefined
        ? `${name} has no parameters that its parameters() sees: nothing is trained.`
        : `${name} has no parameters that its parameters() sees, and the loss is computed from ${which} made here: nothing is trained.`,
    repair:
      "Keep layers in ordinary fields of the module, arrays or plain objects: #fields, Maps and Sets are not seen.",
  };
}
