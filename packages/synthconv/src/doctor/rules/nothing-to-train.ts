import { constructionSite, freezingSite } from "../../core/call-site.js";
import type { Rule } from "../case-file.js";
import { placeOf } from "../place.js";

/** Every parameter is frozen, or there is none. */
export const nothingToTrain: Rule = {
  name: "nothing to train",
  isLast: true,
  find({ last, series, subject }) {
    const parameters = [...last.parameters.values()];
    if (parameters.some(({ trainable }) => trainable) || last.trace.innerSteps.length > 0) return [];
    const common = { status: "frozen", fault: "nothingToTrain" } as const;
    const [first] = parameters;
    if (first === undefined) {
      const name = subject.model.constructor.name;
      return [
        {
          names: [],
          complaint: {
            ...common,
            phrase: "the model has no parameters",
            cause: `${name} has no parameters that its parameters() sees: nothing is trained.`,
            repair:
              "Keep layers in ordinary fields of the module, arrays or plain objects: #fields, Maps and Sets are not seen.",
          },
        },
      ];
    }
    const [optimizer] = subject.hasOwnOptimizer ? [] : subject.optimizers;
    const site = freezingSite(first) ?? (optimizer && constructionSite(optimizer)) ?? constructionSite(first);
    return [
      {
        names: [...series.keys()],
        complaint: {
          ...common,
          phrase: "every parameter is frozen, nothing is trained",
          place: placeOf(site),
          cause:
            "Every parameter of the model is frozen (trainable is false): no gradient is computed and no update moves anything.",
          repair: "Freeze only what is to stay as it is, and unfreeze() the rest: the new head, say.",
        },
      },
    ];
  },
};
