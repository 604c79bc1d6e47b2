/** Advice on gradients that arrive, and miss a part: one way to the loss is cut, another is not. */
import type { Parameter } from "../autograd/parameter.js";
import type { Judgement } from "./complaints.js";
import { cutComplaint } from "./cut-complaints.js";
import type { Finding } from "./diagnosis.js";
import { passesGradient } from "./flow.js";
import type { ObservedStep, Subject } from "./observed-steps.js";
import { partialInfluences } from "./plain-numbers.js";
import { placeText } from "./report/words.js";
import type { Edge } from "./trace.js";

/**
 * One finding for each passage that cuts off a part of the gradient of parameters that learn anyway.
 * A passage that another, declared one hides from the tape (a straight-through estimator) is none.
 */
export function partialGradients(subject: Subject, last: ObservedStep, judgement: Judgement): Finding[] {
  const { flow, trace } = last;
  const ill = new Set(judgement.complaints.flatMap(([names]) => names));
  const learning = new Map(
    [...last.parameters].filter(
      ([path, parameter]) => !ill.has(path) && parameter.trainable && flow.feedsTape(parameter),
    ),
  );
  const cuts: (readonly [path: string, edge: Edge])[] = [];
  const edges = trace.edges.filter(
    (edge) => !passesGradient(edge) && edge.passage !== "declared" && flow.feedsTape(edge.to),
  );
  for (const [path, parameter] of edges.length === 0 ? [] : learning) {
    const influence = flow.influenceOf(parameter);
    for (const edge of edges) if (influence.has(edge.from)) cuts.push([path, edge]);
  }
  for (const { path, parameter, entry } of partialInfluences(subject, last, withoutCuts(learning, cuts))) {
    if (entry === undefined) continue;
    cuts.push([path, { from: parameter, to: entry.tensor, passage: "numbers", site: entry.site }]);
  }
  return findingsOf(cuts, last);
}

function withoutCuts(
  learning: ReadonlyMap<string, Parameter>,
  cuts: readonly (readonly [string, Edge])[],
): Map<string, Parameter> {
  const told = new Set(cuts.map(([path]) => path));
  return new Map([...learning].filter(([path]) => !told.has(path)));
}

function findingsOf(cuts: readonly (readonly [string, Edge])[], { trace }: ObservedStep): Finding[] {
  const findings = new Map<string, Finding & { parameters: string[] }>();
  for (const [path, edge] of cuts) {
    const { fault, place, cause, repair } = cutComplaint(edge, trace);
    const key = `${fault} ${place === undefined ? "" : placeText(place)}`;
    const finding = findings.get(key) ?? {
      ...{ fault, severity: "advice", parameters: [] },
      ...(place !== undefined && { place }),
      cause: `A gradient arrives, but a part of it is missing. ${cause}`,
      repair: `${repair} Where that part is left out on purpose, say so with x.detach({ reason }).`,
    };
    if (!finding.parameters.includes(path)) finding.parameters.push(path);
    findings.set(key, finding as Finding & { parameters: string[] });
  }
  return [...findings.values()];
}
