/** Advice on gradients that arrive, and miss a part: one way to the loss is cut, another is not. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { sameShape } from "../core/shape.js";
import type { Births } from "./births.js";
import type { Accusation } from "./case-file.js";
import { cutComplaint } from "./cut-complaints.js";
import type { Place } from "./diagnosis.js";
import { passesGradient } from "./flow.js";
import { leavingNumbers } from "./leaving-number.js";
import { MeantCuts } from "./meant-cut.js";
import { heldParameters, type Subject } from "./observed-loss.js";
import type { ObservedStep } from "./observed-step.js";
import { areGradientsRight, partialInfluences } from "./plain-numbers.js";
import { throughIn } from "./straight-through.js";
import type { Edge } from "./trace.js";

/**
 * One finding for each passage that cuts off a part of the gradient of parameters that learn anyway.
 * A passage that another, declared one hides from the tape (a straight-through estimator) is none.
 */
export function partialGradients(
  subject: Subject,
  { last, births }: { readonly last: ObservedStep; readonly births: Births },
  ill: ReadonlySet<string>,
): Accusation[] {
  const { flow, trace } = last;
  // A sum of what was propagated part by part is for a log: each part had a gradient of its own.
  if (last.isOwnLoop && trace.propagatedFrom.size > 1) return [];
  const learning = new Map(
    [...last.parameters].filter(
      ([path, parameter]) => !ill.has(path) && parameter.trainable && flow.feedsTape(parameter),
    ),
  );
  const cuts: (readonly [path: string, edge: Edge])[] = [];
  const meant = new MeantCuts(last, births);
  const through = throughIn(last);
  const edges = trace.edges.filter(
    (edge) =>
      !passesGradient(edge) &&
      edge.passage !== "declared" &&
      flow.feedsTape(edge.to) &&
      !through.edges.has(edge) &&
      !isComputedTwice(edge, last) &&
      !meant.has(edge),
  );
  for (const [path, parameter] of edges.length === 0 ? [] : learning) {
    const influence = flow.influenceOf(parameter);
    for (const edge of edges) if (influence.has(edge.from)) cuts.push([path, edge]);
  }
  // What is shifted by its own largest value, say, loses nothing by it.
  const taught = new Set(cuts.flatMap(([path]) => learning.get(path) ?? []));
  if (taught.size > 0 && areGradientsRight(subject, last, [...taught])) cuts.length = 0;
  const held = new Set<Tensor>([...last.parameters.values(), ...heldParameters(subject)]);
  // What a copy learned in an inner loop is a number by design (Reptile).
  const hasInnerLoop = trace.innerSteps.some(({ parameters }) => parameters.some((one) => !held.has(one)));
  const candidates = hasInnerLoop ? new Map<string, Parameter>() : withoutCuts(learning, cuts);
  const influences = partialInfluences(subject, last, candidates).filter(({ entry }) => {
    // What is written into a parameter that is accused of it has been told.
    if (entry === undefined || (entry.tensor instanceof Parameter && ill.has(entry.tensor.name)))
      return false;
    // What a gradient is used for has been judged.
    if (entry.tensor.gradientOf !== undefined || isPerturbed(entry.tensor, last)) return false;
    const ahead = flow.influenceOf(entry.tensor);
    if ([...through.values].some((value) => ahead.has(value))) return false;
    // A gradient of an inner step, say, that is detached with a reason before anything uses it.
    const uses = flow.edgesOutOf(entry.tensor);
    if (weighsTerms(entry.tensor, uses)) return false;
    return uses.length === 0 || uses.some(({ passage }) => passage !== "declared");
  });
  const parameters = influences.map(({ parameter }) => parameter);
  const leaving = parameters.length === 0 ? new Map<Parameter, never>() : leavingNumbers(subject, parameters);
  const readAt = new Map<string, Place>();
  for (const { path, parameter, entry } of influences) {
    const number = leaving.get(parameter);
    if (entry === undefined || number === "declared") continue;
    if (number?.isSingle === true && number.place !== undefined) readAt.set(path, number.place);
    cuts.push([path, { from: parameter, to: entry.tensor, passage: "numbers", site: entry.site }]);
  }
  return warningsOf(cuts, readAt, last);
}

/** A number that terms of the loss are weighed with: balanced by their own sizes, which no gradient is to follow. */
function weighsTerms(number: Tensor, uses: readonly Edge[]): boolean {
  return number.size === 1 && uses.length > 0 && uses.every(({ to }) => to.size === 1);
}

/** An input that goes up its own gradient before it is shown (PGD, arXiv:1706.06083): nobody differentiates that way. */
function isPerturbed({ shape }: Tensor, { trace }: ObservedStep): boolean {
  const asked = trace.entries.some(
    ({ kind, tensor }) =>
      kind === "leaf" &&
      tensor.requiresGrad &&
      (!(tensor instanceof Parameter) || trace.madeParameters.has(tensor)) &&
      sameShape(tensor.shape, shape),
  );
  return asked && trace.propagatedFrom.size > 0;
}

/** What a critic is shown without its tape is computed a second time with it, for the turn of the generator. */
function isComputedTwice({ passage, to }: Edge, { trace, flow }: ObservedStep): boolean {
  if (passage !== "noTape") return false;
  const { operation } = trace.origins.get(to) ?? {};
  return [...trace.origins.values()].some(
    (other) =>
      other.operation === operation &&
      other.tensor.node !== undefined &&
      flow.feedsTape(other.tensor) &&
      other.tensor.size === to.size &&
      other.tensor.data.every((value, index) => value === to.data[index]),
  );
}

function withoutCuts(
  learning: ReadonlyMap<string, Parameter>,
  cuts: readonly (readonly [string, Edge])[],
): Map<string, Parameter> {
  const told = new Set(cuts.map(([path]) => path));
  return new Map([...learning].filter(([path]) => !told.has(path)));
}

const SAY_WHY = "x.detach({ reason })";

function warningsOf(
  cuts: readonly (readonly [string, Edge])[],
  readAt: ReadonlyMap<string, Place>,
  { trace }: ObservedStep,
): Accusation[] {
  return cuts.map(([name, edge]) => {
    const complaint = cutComplaint(edge, trace);
    // The line that reads one number, by item(), is the one that is to be rewritten.
    const read = edge.passage === "numbers" ? readAt.get(name) : undefined;
    return {
      names: [name],
      complaint: {
        ...complaint,
        ...(read !== undefined && { place: read, usedAt: complaint.place }),
        status: "learns",
        severity: "warning",
        phrase: `a part of {their|its} gradient is missing`,
        cause: `A gradient arrives, but a part of it is missing. ${complaint.cause}`,
        repair: complaint.repair?.includes(SAY_WHY)
          ? complaint.repair
          : `${complaint.repair} Where that part is left out on purpose, say so with ${SAY_WHY}.`,
      },
    };
  });
}
