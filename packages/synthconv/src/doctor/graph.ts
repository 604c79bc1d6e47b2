/** The graph from the batch and the parameters to the loss, with every passage that cuts it. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { batchTensors } from "./batch-tensors.js";
import type { Diagnosis, Finding, GraphEdge, GraphNode } from "./diagnosis.js";
import { passesGradient } from "./flow.js";
import type { ObservedStep } from "./observed-steps.js";
import { placeOf } from "./place.js";
import { placeText } from "./report/words.js";
import { type Edge, MOVES } from "./trace.js";

type Graph = NonNullable<Diagnosis["graph"]>;

/** A picture of more nodes than this is read by nobody; the findings name the lines all the same. */
const MAX_NODES = 150;

/** Undefined where the graph is too large to be looked at. */
export function graphOf(step: ObservedStep, batch: unknown, findings: readonly Finding[]): Graph | undefined {
  const tensors = shownTensors(step);
  const skipped = new Set(tensors.filter((tensor) => isMerelyMoved(tensor, step)));
  const shown = tensors.filter((tensor) => !skipped.has(tensor));
  if (shown.length > MAX_NODES) return undefined;
  const names = namesOf(step, batch);
  const idOf = new Map(shown.map((tensor, index) => [tensor, `n${index}`]));
  const findingAt = findingsByPlace(findings);
  return {
    nodes: shown.map((tensor) => nodeOf(tensor, idOf.get(tensor) as string, { step, names, findingAt })),
    edges: edgesBetween(step, idOf, skipped, findingAt),
  };
}

/** All that the loss was computed from, and the parameters that it was not. */
function shownTensors({ trace, flow, loss, parameters }: ObservedStep): Tensor[] {
  const shown = new Set<Tensor>(parameters.values());
  for (const { from, to } of trace.edges) {
    if (!flow.reachesLoss(to)) continue;
    // A plain number in an expression is no station of the way.
    if (from.rank > 0 || from.requiresGrad) shown.add(from);
    shown.add(to);
  }
  return [...shown.add(loss)];
}

/** A result that has the same numbers as its only input, and is reached by a gradient just as well. */
function isMerelyMoved(tensor: Tensor, { trace, flow, loss }: ObservedStep): boolean {
  const origin = trace.origins.get(tensor);
  return (
    tensor !== loss &&
    origin?.inputs.length === 1 &&
    MOVES.has(origin.operation) &&
    [...flow.edgesInto(tensor), ...flow.edgesOutOf(tensor)].every(passesGradient)
  );
}

function edgesBetween(
  { trace, flow }: ObservedStep,
  idOf: ReadonlyMap<Tensor, string>,
  skipped: ReadonlySet<Tensor>,
  findingAt: ReadonlyMap<string, number>,
): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const edge of trace.edges) {
    let source: Tensor | undefined = edge.from;
    while (source !== undefined && skipped.has(source)) source = flow.edgesInto(source)[0]?.from;
    const [from, to] = [source && idOf.get(source), idOf.get(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const cut = !passesGradient(edge);
    const finding = cut ? findingAt.get(siteText(edge.site)) : undefined;
    edges.set(`${from} ${to}`, { from, to, cut, ...(finding !== undefined && { finding }) });
  }
  return [...edges.values()];
}

function nodeOf(
  tensor: Tensor,
  id: string,
  context: {
    readonly step: ObservedStep;
    readonly names: ReadonlyMap<Tensor, string>;
    readonly findingAt: ReadonlyMap<string, number>;
  },
): GraphNode {
  const { step, names, findingAt } = context;
  const origin = step.trace.origins.get(tensor);
  const place = placeOf(origin?.site);
  const finding = place && findingAt.get(placeText(place));
  return {
    id,
    kind: kindOf(tensor, step),
    label: tensor === step.loss ? "loss" : (names.get(tensor) ?? origin?.operation ?? "tensor"),
    shape: tensor.shape,
    ...(place !== undefined && { place }),
    ...(finding !== undefined && { finding }),
  };
}

function kindOf(tensor: Tensor, { trace, loss }: ObservedStep): GraphNode["kind"] {
  if (tensor === loss) return "loss";
  if (tensor instanceof Parameter) return "parameter";
  return (trace.origins.get(tensor)?.inputs.length ?? 0) > 0 ? "operation" : "input";
}

function namesOf({ parameters, parametersAfter }: ObservedStep, batch: unknown): Map<Tensor, string> {
  const names = batchTensors(batch);
  for (const [path, parameter] of [...parametersAfter, ...parameters]) names.set(parameter, path);
  return names;
}

function findingsByPlace(findings: readonly Finding[]): Map<string, number> {
  const found = new Map<string, number>();
  findings.forEach(({ place }, index) => {
    if (place !== undefined && !found.has(placeText(place))) found.set(placeText(place), index);
  });
  return found;
}

function siteText(site: Edge["site"]): string {
  const place = placeOf(site);
  return place === undefined ? "" : placeText(place);
}
