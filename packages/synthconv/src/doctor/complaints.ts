/** Puts together what each step of a diagnosis found out about each parameter. */
import { Parameter } from "../autograd/parameter.js";
import { type Complaint, EXPLODING, UNMOVED } from "./complaint.js";
import {
  cutComplaint,
  hiddenComplaint,
  madeInForwardComplaint,
  overwrittenComplaint,
  unusedComplaint,
} from "./cut-complaints.js";
import { Flow, type Reach } from "./flow.js";
import type { BestReach, ObservedStep, Subject } from "./observed-steps.js";
import { hiddenInfluences } from "./plain-numbers.js";
import type { Evidence } from "./run-evidence.js";
import { nonFiniteComplaint, notHeldComplaint, strayComplaint, zeroComplaint } from "./step-complaints.js";
import type { Edge } from "./trace.js";

export interface Observations {
  readonly subject: Subject;
  readonly last: ObservedStep;
  readonly reach: BestReach;
  readonly evidence: readonly Evidence[];
}

export interface Judgement {
  /** By dotted paths; none of the model's where a parameter outside of it is to blame. */
  readonly complaints: readonly (readonly [names: string[], Complaint])[];
  /** Why what looks bad is meant, by dotted path. */
  readonly excuses: ReadonlyMap<string, string>;
}

export function complaintsOf(observations: Observations): Judgement {
  const { last, reach, evidence } = observations;
  const excuses = new Map<string, string>();
  const hidden = revealHidden(observations);
  const flow = hidden.size === 0 ? last.flow : new Flow(last.trace, last.loss);
  const complaints: (readonly [string[], Complaint])[] = [];
  for (const one of evidence) {
    const { name } = one.facts;
    const parameter = last.parameters.get(name);
    if (parameter === undefined) continue;
    const way = hidden.has(name) ? flow.reachOf(parameter) : (reach.get(name) as Reach);
    const complaint = complaintOf({ one, parameter, way, observations, isHidden: hidden.has(name) });
    if (complaint !== undefined) complaints.push([[name], complaint]);
    else if (way.kind === "declared" && way.edge.reason !== undefined) excuses.set(name, way.edge.reason);
    const untouched = untouchedRows(parameter, last);
    if (complaint === undefined && untouched !== undefined) excuses.set(name, untouched);
  }
  return { complaints: [...complaints, ...strays(observations)], excuses };
}

interface Case {
  readonly one: Evidence;
  readonly parameter: Parameter;
  readonly way: Reach;
  readonly observations: Observations;
  readonly isHidden: boolean;
}

function complaintOf({ one, parameter, way, observations, isHidden }: Case): Complaint | undefined {
  const { subject, last } = observations;
  if (one.nonFinite !== undefined) return nonFiniteComplaint(one.nonFinite.of, last, subject.batch);
  if (!one.facts.trainable) return undefined;
  if (!Number.isFinite(last.loss.data[0])) return nonFiniteComplaint("loss", last, subject.batch);
  if (last.overwritten !== undefined) return overwrittenComplaint(last.overwritten, last.trace);
  const replaced = replacement(one.facts.name, parameter, last);
  if (replaced !== undefined) return replaced;
  switch (way.kind) {
    case "declared":
      return undefined;
    case "cut":
      return cutComplaint(way.edge, last.trace);
    case "unused":
      return isHidden ? hiddenComplaint() : unusedComplaint(parameter, way.unread, last.trace);
    case "connected":
      if (!subject.optimizer.parameters.includes(parameter)) {
        return notHeldComplaint(subject.optimizer, subject.model);
      }
      if (one.exploding) return EXPLODING;
      if (one.gradient === "none" || one.gradient === "zero") return zeroComplaint(parameter, last);
      return one.moved === false ? UNMOVED : undefined;
  }
}

/** Runs the loss with changed parameters where nothing else shows what they do; adds what it finds to the trace. */
function revealHidden({ subject, last, reach, evidence }: Observations): ReadonlySet<string> {
  const candidates = new Map<string, Parameter>();
  for (const { facts, nonFinite } of evidence) {
    const parameter = last.parameters.get(facts.name);
    const isSilent = reach.get(facts.name)?.kind === "unused" && facts.trainable && nonFinite === undefined;
    if (isSilent && parameter !== undefined) candidates.set(facts.name, parameter);
  }
  const found = hiddenInfluences(subject, last, candidates);
  for (const { parameter, entry } of found) {
    if (entry !== undefined) last.trace.addNumbers(parameter, entry);
  }
  return new Set(found.map(({ path }) => path));
}

/** The forward pass put another parameter in the place of this one, or other numbers into it. */
function replacement(path: string, parameter: Parameter, last: ObservedStep): Complaint | undefined {
  const { trace, flow, parametersAfter } = last;
  const now = parametersAfter.get(path);
  if (now !== undefined && now !== parameter && trace.madeParameters.has(now)) {
    const edge = passageInto(now, "rewrapped", last);
    const complaint = edge === undefined ? madeInForwardComplaint(now) : cutComplaint(edge, trace);
    return { ...complaint, status: "unused" };
  }
  const edge = passageInto(parameter, "assigned", last);
  const isFromItself = edge !== undefined && flow.influenceOf(parameter).has(edge.from);
  if (edge === undefined || isFromItself) return undefined;
  return { ...cutComplaint(edge, trace), status: "unused" };
}

function passageInto(
  parameter: Parameter,
  passage: Edge["passage"],
  { trace }: ObservedStep,
): Edge | undefined {
  return trace.edges.find((edge) => edge.to === parameter && edge.passage === passage);
}

/** Parameters that the loss was computed from and that are not the model's. */
function strays({ subject, last }: Observations): (readonly [string[], Complaint])[] {
  const { trace, flow, parameters, parametersAfter } = last;
  const known = new Set([
    ...parameters.values(),
    ...parametersAfter.values(),
    ...subject.optimizer.parameters,
  ]);
  const complaints: (readonly [string[], Complaint])[] = [];
  for (const { tensor, kind } of trace.entries) {
    if (kind !== "leaf" || !(tensor instanceof Parameter) || !tensor.trainable || known.has(tensor)) continue;
    if (!flow.reachesLoss(tensor)) continue;
    known.add(tensor);
    const isMade = trace.madeParameters.has(tensor);
    complaints.push([[], isMade ? madeInForwardComplaint(tensor) : strayComplaint(tensor)]);
  }
  return complaints;
}

/** An embedding learns the rows that a batch shows; the others had no turn. */
function untouchedRows(parameter: Parameter, { trace, flow, gradients }: ObservedStep): string | undefined {
  const gradient = gradients.get(parameter)?.data;
  const isTable = flow.edgesOutOf(parameter).every(({ to }) => trace.origins.get(to)?.operation === "gather");
  if (gradient === undefined || !isTable) return undefined;
  const rows = parameter.shape[0] as number;
  const width = gradient.length / rows;
  let untouched = 0;
  for (let row = 0; row < rows; row++) {
    if (gradient.subarray(row * width, (row + 1) * width).every((value) => value === 0)) untouched++;
  }
  return untouched === 0 ? undefined : `${untouched} of ${rows} rows are not in this batch`;
}
