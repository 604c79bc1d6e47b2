import { Parameter } from "../../autograd/parameter.js";
import { Tensor } from "../../autograd/tensor.js";
import { constructionSite } from "../../core/call-site.js";
import type { Module } from "../../nn/module.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { madeInForwardComplaint } from "../cut-complaints.js";
import type { Place } from "../diagnosis.js";
import { heldParameters } from "../observed-loss.js";
import { isSameLine, placeOf, placesOf } from "../place.js";
import { strayComplaint, strayTensorComplaint } from "../step-complaints.js";

/** What the loss is computed from and neither the model nor an optimizer knows, though it asks for a gradient. */
export const strays: Rule = {
  name: "strays",
  find(file) {
    const { subject, last } = file;
    const { trace, flow, parameters, parametersAfter } = last;
    const known = new Set<Tensor>([
      ...parameters.values(),
      ...parametersAfter.values(),
      ...heldParameters(subject),
      ...trace.innerSteps.flatMap((step) => step.parameters),
    ]);
    const leaves = new Set(
      trace.entries
        .filter(({ kind, tensor }) => kind === "leaf" && tensor.requiresGrad && !known.has(tensor))
        .map(({ tensor }) => tensor),
    );
    const strangers = [...leaves].filter((one) => one instanceof Parameter);
    // A perturbation of the input that steps by itself, and is handed on as a constant with a reason, is an attack.
    const made = strangers.filter(
      (one) =>
        trace.madeParameters.has(one) && flow.reachesLoss(one) && flow.reachOf(one).kind !== "declared",
    );
    // A teacher of which the numbers alone are used needs no optimizer.
    const hidden = strangers.filter(
      (one) => !trace.madeParameters.has(one) && flow.feedsTape(one) && !isMeasure(one, file),
    );
    const tensors = [...leaves].filter(
      (one) =>
        !(one instanceof Parameter) && !file.batch.has(one) && !trace.origins.has(one) && flow.feedsTape(one),
    );
    return [
      ...made.flatMap((one) => madeInForward(one, file)),
      ...(hidden.length === 0 ? [] : [accusation(strayComplaint(hidden.length, placeOfAll(hidden, file)))]),
      ...tensors.map((one) => {
        const name = fieldOf(subject.model, one) ?? `a tensor [${one.shape}]`;
        return accusation(strayTensorComplaint(name, placeOf(constructionSite(one))));
      }),
    ];
  },
};

/** A fixed network that measures how alike two images are sees the target, too, which no trained weight leads to. */
function isMeasure(parameter: Parameter, { last: { flow, parameters } }: CaseFile): boolean {
  const trained = [...parameters.values()].map((one) => flow.influenceOf(one));
  const results = flow.edgesOutOf(parameter).map(({ to }) => to);
  const follows = results.map((result) => trained.some((influence) => influence.has(result)));
  return follows.includes(true) && follows.includes(false);
}

function accusation(complaint: Accusation["complaint"]): Accusation {
  return { names: [], complaint };
}

function madeInForward(parameter: Parameter, { last: { trace } }: CaseFile): Accusation[] {
  // One that computed numbers were made into is told of at the passage.
  const isPassage = trace.edges.some((edge) => edge.to === parameter && edge.passage === "rewrapped");
  return isPassage ? [] : [accusation(madeInForwardComplaint(parameter))];
}

/** The line that all of them are made at, or that made all of them: the field of the model that hides them. */
function placeOfAll(hidden: readonly Parameter[], { last }: CaseFile): Place | undefined {
  const ways = hidden.map(waysOf);
  const [first = []] = ways;
  const isCommon = (place: Place): boolean =>
    ways.every((way) => way.some((other) => isSameLine(place, other)));
  // The line that makes the model makes all that is in it, and says nothing.
  const ofModel = [...last.parameters.values()].flatMap(waysOf);
  const at = first.findIndex((place) => isCommon(place));
  const common = first[at];
  const isWhole = common === undefined || ofModel.some((place) => isSameLine(place, common));
  return isWhole ? (first[Math.max(0, at - 1)] ?? first[0]) : common;
}

function waysOf(parameter: Tensor): Place[] {
  const site = constructionSite(parameter);
  return site === undefined ? [] : placesOf(site);
}

/** The field of a module, or of one inside it, that holds a tensor. */
function fieldOf(module: Module, tensor: Tensor): string | undefined {
  for (const [name, value] of Object.entries(module)) {
    if (value instanceof Tensor && value === tensor) return name;
  }
  for (const [name, child] of module.children()) {
    const found = fieldOf(child, tensor);
    if (found !== undefined) return `${name}.${found}`;
  }
  return undefined;
}
