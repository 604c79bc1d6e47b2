/** The graph from the batch and the parameters to the loss, with every passage that cuts it. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { batchTensors } from "./batch-tensors.js";
import type { Diagnosis, Finding, GraphEdge, GraphNode } from "./diagnosis.js";
import { EdgeGradients } from "./edge-gradients.js";
import { passesGradient } from "./flow.js";
import type { ObservedStep } from "./observed-step.js";
import { placeOf } from "./place.js";
import { placeText } from "./report/words.js";
import { type Edge, MOVES } from "./trace.js";

type Graph = NonNullable<Diagnosis["graph"]>;

/** Everything between the inputs and the loss, in the order in which it was computed. */
export function graphOf(step: ObservedStep, batch: unknown, findings: readonly Finding[]): Graph {
  const tensors = shownTensors(step);
  const skipped = new Set(tensors.filter((tensor) => isMerelyMoved(tensor, step)));
  const shown = tensors.filter((tensor) => !skipped.has(tensor));
  const names = namesOf(step, batch);
  const idOf = new Map(shown.map((tensor, index) => [tensor, `n${index}`]));
  const findingAt = findingsByPlace(findings);
  const modules = modulesOf(step, names);
  const edges = edgesBetween(step, idOf, skipped, findingAt);
  const nodes = shown.map((tensor) => {
    return nodeOf(tensor, idOf.get(tensor) as string, { step, names, modules, findingAt });
  });
  return { nodes: withoutBystanders(nodes, edges), edges };
}

/** A line may make many nodes: where gradients are lost at some of them, its finding is not about the others. */
function withoutBystanders(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphNode[] {
  const lossy = edges.filter(({ gradient }) => gradient === "zero" || gradient === "none");
  const touched = new Set(lossy.flatMap(({ from, to }) => [from, to]));
  const narrowed = new Set(nodes.filter(({ id }) => touched.has(id)).map(({ finding }) => finding));
  return nodes.map(({ finding, ...node }) => {
    const isBystander = narrowed.has(finding) && !touched.has(node.id);
    return finding === undefined || isBystander ? node : { ...node, finding };
  });
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
  step: ObservedStep,
  idOf: ReadonlyMap<Tensor, string>,
  skipped: ReadonlySet<Tensor>,
  findingAt: ReadonlyMap<string, number>,
): GraphEdge[] {
  const { trace, flow } = step;
  const edges = new Map<string, GraphEdge>();
  const gradients = new EdgeGradients(step);
  for (const edge of trace.edges) {
    let source: Tensor | undefined = edge.from;
    while (source !== undefined && skipped.has(source)) source = flow.edgesInto(source)[0]?.from;
    const [from, to] = [source && idOf.get(source), idOf.get(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const cut = !passesGradient(edge);
    const finding = cut ? findingAt.get(siteText(edge.site)) : undefined;
    const gradient = gradients.along(edge);
    edges.set(`${from} ${to}`, { from, to, cut, gradient, ...(finding !== undefined && { finding }) });
  }
  return [...edges.values()];
}

function nodeOf(
  tensor: Tensor,
  id: string,
  context: {
    readonly step: ObservedStep;
    readonly names: ReadonlyMap<Tensor, string>;
    readonly modules: ReadonlyMap<Tensor, string>;
    readonly findingAt: ReadonlyMap<string, number>;
  },
): GraphNode {
  const { step, names, modules, findingAt } = context;
  const origin = step.trace.origins.get(tensor);
  const place = placeOf(origin?.site);
  const finding = place && findingAt.get(placeText(place));
  return {
    id,
    kind: kindOf(tensor, step),
    label: tensor === step.loss ? "loss" : (names.get(tensor) ?? origin?.operation ?? "tensor"),
    shape: tensor.shape,
    module: modules.get(tensor) ?? "",
    ...(step.parameters.get(names.get(tensor) ?? "") === tensor &&
      !step.flow.reachesLoss(tensor) && { unused: true }),
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

/** A result belongs to the module of the parameters it is computed with, else to that of its youngest operand. */
function modulesOf({ trace }: ObservedStep, names: ReadonlyMap<Tensor, string>): Map<Tensor, string> {
  const modules = new Map<Tensor, string>();
  for (const [tensor, name] of names) {
    if (tensor instanceof Parameter) modules.set(tensor, name.slice(0, Math.max(0, name.lastIndexOf("."))));
  }
  for (const [tensor, { inputs }] of trace.origins) {
    if (modules.has(tensor)) continue;
    const ages = new Map(inputs.map((input) => [input, trace.origins.get(input)?.order ?? -1]));
    const operands = inputs
      .filter((input) => modules.has(input))
      .sort((a, b) => (ages.get(b) as number) - (ages.get(a) as number));
    const nearest = operands.find((input) => input instanceof Parameter) ?? operands[0];
    if (nearest !== undefined) modules.set(tensor, modules.get(nearest) as string);
  }
  return modules;
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
