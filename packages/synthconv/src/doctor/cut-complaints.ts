/** The sentences about a graph that is cut: what happened at the passage, and what to write instead. */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { type CallSite, constructionSite } from "../core/call-site.js";
import { type Complaint, sentenceCase } from "./complaint.js";
import type { Place } from "./diagnosis.js";
import type { ObservedStep } from "./observed-step.js";
import { COMPOSED } from "./operations.js";
import { calledFunction, placeInside, placeOf } from "./place.js";
import type { Edge, Origin, Trace } from "./trace.js";

type Sentences = Omit<Complaint, "status" | "place">;

const ONE = "Leave it out; where it is meant, say why: x.detach({ reason }).";
/** A critic's own loss is to leave the generator alone, and the generator's is not. */
const SEVERAL =
  "Leave it out here, where all that goes on from it is cut off; of its uses detach the one alone that is to leave {them|it} as {they are|it is}, a critic's own loss, say: critic(x.detach({ reason })).";
const VALUES = "Weights are values:";

/** Why no gradient flows back through a passage; `trace` is the run that it belongs to. */
export function cutComplaint(edge: Edge, trace: Trace): Complaint {
  const inside = edge.passage === "noTape" ? placeOfTapeless(edge.site) : undefined;
  return { status: "cut", place: inside ?? placeOf(edge.site), ...sentencesOf(edge, trace) };
}

/** The line that runs inside of noGrad; the call itself where it is handed a function by name. */
function placeOfTapeless(site: CallSite): Place | undefined {
  const { inside, call } = placeInside("noGrad", site);
  return /noGrad\(\s*[\w$.]+\s*\)/.test(call?.source ?? "") ? call : inside;
}

function sentencesOf({ passage, to, from }: Edge, trace: Trace): Sentences {
  const operation = trace.origins.get(to)?.operation ?? "an operation";
  switch (passage) {
    case "rewrapped":
      return {
        fault: "rewrappedAsParameter",
        phrase: "what {they compute|it computes} is made into a new parameter",
        cause: `The result of ${operationOf(from, trace)} is made into a new Parameter: a leaf, in front of which the tape ends, so no gradient reaches what computed it.`,
        repair: `${VALUES} pass the tensor itself to the operation, ${callFor(from)}, and make no parameter of it.`,
      };
    case "assigned":
      return {
        fault: "assignedIntoParameter",
        phrase: "what {they compute|it computes} is assigned into a parameter",
        cause: `Computed numbers overwrite ${to.label}: no gradient reaches what computed them, and what the optimizer writes there is lost.`,
        repair: `${VALUES} leave the parameter out and pass the tensor itself to the operation, ${callFor(to)}.`,
      };
    case "noTape":
      return {
        fault: "computedWithoutTape",
        phrase: "what {they feed|it feeds} is computed inside noGrad",
        cause: `The ${operation} here ran inside noGrad: its result is not on the tape, so no gradient reaches what it was computed from.`,
        repair: "Compute it outside of noGrad, which is for numbers that only go to a log or a metric.",
      };
    case "steps":
      return {
        fault: "zeroDerivative",
        ...stepsSentences(nameOf(trace.origins.get(to), operation)),
      };
    case "numbers":
      return {
        fault: "plainNumbers",
        phrase: "what {they compute|it computes} goes on as plain numbers",
        cause:
          "The numbers here follow {these parameters|this parameter}, but they came as plain numbers (toArray, item or data), which carry no gradient.",
        repair: isMask(to)
          ? "A mask of 0 and 1 has no slope: weigh in its place with the sigmoid of what was compared, soft = sigmoid(subtract(one, other)), or let the gradient pass by: add(soft, subtract(mask, soft).detach({ reason }))."
          : `Write the calculation with operations on tensors (divide, sqrt, sum, ...) from end to end.${trace.propagatedFrom.size > 0 ? " A gradient that is part of it is taken as a tensor by grad(..., { createGraph: true })." : ""}`,
      };
    case "kept":
      return {
        fault: "staleGraph",
        phrase: "what {they compute|it computes} is kept from an earlier step",
        cause:
          "What was computed here in an earlier step is used again without its tape: it does not follow what {these parameters learn|this parameter learns}, and no gradient reaches {them|it}.",
        repair:
          "Compute it in every step, on the tape, without detach; where it is to stay as it is from then on, freeze() what computes it, with a reason.",
      };
    default:
      return {
        fault: "detached",
        phrase: "what {they compute|it computes} is detached",
        cause: "Detach ends the tape here and gives no reason, so no gradient reaches what is before it.",
        repair:
          wholeSum(from, trace) ??
          innerStep(from, trace) ??
          (trace.edges.filter((edge) => edge.from === to).length > 1 ? SEVERAL : ONE),
      };
  }
}

/** z + (q - z) that is detached as a whole: left out, the two ways of z would cancel. */
function wholeSum(from: Tensor, { origins }: Trace): string | undefined {
  const sum = origins.get(from);
  const isAround = sum?.inputs.some((one) => {
    const difference = origins.get(one);
    return difference?.operation === "subtract" && sum.inputs.includes(difference.inputs[1] as Tensor);
  });
  return sum?.operation === "add" && isAround === true
    ? 'Detach the difference alone: add(z, subtract(q, z).detach({ reason: "straight through" })).'
    : undefined;
}

const FORMULA: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "divide", "negate"]);

/** Weights that went down a gradient without a tape: without the detach backward would refuse that gradient. */
function innerStep(from: Tensor, { origins }: Trace): string | undefined {
  const behind = new Set([from]);
  for (const one of behind) {
    const { operation = "", inputs = [] } = origins.get(one) ?? {};
    if (one.gradientOf !== undefined && inputs.length === 0) {
      return 'Leave it out, and take the gradient before it on the tape, grad(loss, weights, { createGraph: true }); for steps of first order detach that gradient alone, gradient.detach({ reason: "first order" }).';
    }
    if (FORMULA.has(operation)) for (const input of inputs) behind.add(input);
  }
  return undefined;
}

function stepsSentences(operation: string): Pick<Complaint, "phrase" | "cause" | "repair"> {
  const phrase = `what {they compute|it computes} goes through ${operation}, which has no derivative`;
  if (COMPOSED.has(operation)) {
    return {
      phrase: `${phrase} there`,
      cause: `Of what goes into ${operation} here, only which entry is the next one counts: its derivative is 0, and nothing before it learns.`,
      repair:
        operation === "gridSample"
          ? 'Sample with mode "bilinear", the default, whose derivative is how the entries around a place differ.'
          : "Take a way of computing it that follows small changes of what goes in.",
    };
  }
  return {
    phrase,
    cause: `The ${operation} here is a function of steps: its derivative is 0, and nothing before it learns.`,
    repair: COMPARISONS.has(operation)
      ? "Weigh with the sigmoid of what is compared, sigmoid(divide(subtract(one, other), width)), in the place of a mask of 0 and 1."
      : `Train without it and ${operation} afterwards, or let the gradient pass by: add(x, subtract(${operation}(x), x).detach({ reason })).`,
  };
}

/** The operation that the user called, which may be composed of what the tape knows. */
export function nameOf(origin: Origin | undefined, otherwise = "a computation"): string {
  const called = origin && calledFunction(origin.site);
  return called !== undefined && COMPOSED.has(called) ? called : (origin?.operation ?? otherwise);
}

/** They take two tensors, and give 0 and 1. */
const COMPARISONS: ReadonlySet<string> = new Set([
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
]);

/** What comparing numbers makes. */
export function isMask({ data }: Tensor): boolean {
  return data.length > 1 && data.every((value) => value === 0 || value === 1);
}

/** The loss does not depend on a parameter. */
export function unusedComplaint(parameter: Parameter, unread: Tensor | undefined, trace: Trace): Complaint {
  const origin = unread && trace.origins.get(unread);
  const common = {
    status: "unused",
    fault: "notWired",
    phrase: "the loss does not depend on {them|it}",
  } as const;
  if (origin === undefined) {
    return {
      ...common,
      place: placeOf(constructionSite(parameter)),
      cause: "The layer that is made here is never applied: the loss does not depend on its parameters.",
      repair: "Apply it on the way to the loss, or remove it.",
    };
  }
  return {
    ...common,
    place: placeOf(origin.site),
    cause: `Nothing is computed from the result of ${origin.operation} here, so the loss does not depend on what led to it.`,
    repair: "Use the result on the way to the loss, or remove what computes it.",
  };
}

/** Backward refuses to run, because a value that a gradient needs was overwritten. */
export function overwrittenComplaint({ overwritten, trace }: ObservedStep): Complaint | undefined {
  if (overwritten === undefined) return undefined;
  const { tensor, operation } = overwritten;
  const phrase = `backward refuses, because ${tensor.label} was overwritten`;
  const common = { status: "cut", fault: "overwrittenInPlace", phrase } as const;
  const step = trace.innerSteps.findLast(({ parameters }) => parameters.some((one) => one === tensor));
  if (step !== undefined) {
    return {
      ...common,
      place: placeOf(step.site),
      cause: `An optimizer steps here, between the operations that the loss is made of and its backward pass: it changes ${tensor.label}, which ${operation} had used, and backward refuses.`,
      repair: "Compute the loss that is returned after this step: move the step before its first operation.",
    };
  }
  const write = trace.entries.findLast((entry) => entry.kind === "assigned" && entry.tensor === tensor);
  return {
    ...common,
    place: placeOf(write?.site),
    cause: `${sentenceCase(tensor.label)} was overwritten after ${operation} had used it: backward needs the numbers that were there, and refuses.`,
    repair: "Overwrite it after the optimizer's step, or compute with the changed value as a tensor.",
  };
}

/** A parameter that was made while the loss was computed. */
export function madeInForwardComplaint(parameter: Parameter): Complaint {
  return {
    status: "unused",
    fault: "createdInForward",
    phrase: "a layer is made again in every run of the loss",
    place: placeOf(constructionSite(parameter)),
    cause:
      "A layer is made here whenever the loss is computed: it starts again each time, and no optimizer knows it.",
    repair: "Make it once, in a field of the module, and apply it here.",
  };
}

function operationOf(tensor: Tensor, trace: Trace): string {
  const origin = trace.origins.get(tensor);
  return origin === undefined || origin.inputs.length === 0 ? "a computation" : origin.operation;
}

/** The call to write instead, guessed from the rank of the weight. */
export function callFor(weight: Tensor): string {
  if (weight.rank >= 4) return "conv2d(image, weight, bias) or pixelNetwork(image, layers)";
  return weight.rank >= 2 ? "linear(x, weight, bias)" : "as its argument";
}
