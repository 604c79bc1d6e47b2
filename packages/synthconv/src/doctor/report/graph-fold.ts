/**
 * A graph that is too large to be looked at, folded by module: neighbours in the order of computing that belong to one
 * module become one node, which holds its own graph. Nodes only go into groups of neighbours, so no circle arises.
 */
import { largest } from "../../core/extremes.js";
import type { EdgeGradient, GraphEdge } from "../diagnosis.js";
import type { DrawnGraph, DrawnNode } from "./drawn-graph.js";
import { labelsOf } from "./graph-labels.js";
import { layOutGraph } from "./graph-layout.js";

/** Nodes of a module, and the ends of what leads into it and out of it. */
export interface Group {
  /** The id of the node that stands for it. */
  readonly id: string;
  /** `layers.3`, or `2 to 5 of layers`. */
  readonly label: string;
  readonly graph: DrawnGraph;
}

export interface FoldedGraph extends DrawnGraph {
  readonly groups: readonly Group[];
}

// About as many nodes as fit a screen by scrolling once or twice, and as many places side by side as fit a page.
const MAX_NODES = 60;
const MAX_PLACES = 7;

/** The graph as it is where it is small enough, else with groups in the place of modules. */
export function foldGraph(graph: DrawnGraph): FoldedGraph {
  let last: FoldedGraph = { ...graph, groups: [] };
  if (fits(last)) return last;
  const order = inOrderOfUse(graph);
  for (const runs of waysToFold(order)) {
    const groups = runs.filter(({ length }) => length > 1);
    // A single group would be opened to the same graph again.
    if (groups.length < 2) continue;
    last = folded(graph, runs);
    if (fits(last)) return last;
  }
  return last;
}

function fits({ nodes, edges }: DrawnGraph): boolean {
  return nodes.length <= MAX_NODES && layOutGraph(nodes, edges).places <= MAX_PLACES;
}

/** By modules, from the innermost to the outermost; then neighbours of these together, more and more of them. */
function* waysToFold(order: readonly DrawnNode[]): Generator<DrawnNode[][]> {
  let runs = order.map((node) => [node]);
  for (let depth = largest(order.map(({ module }) => depthOf(module))); depth > 0; depth--) {
    runs = runsOf(order, ({ module }) => module.split(".").slice(0, depth).join("."));
    yield runs;
  }
  const partOf = new Map(runs.filter(isFoldable).flatMap((run, index) => run.map((node) => [node, index])));
  const count = largest(partOf.values(), 1) + 1;
  for (let together = 2; together < count; together++) {
    yield runsOf(order, (node) => String(Math.floor((partOf.get(node) ?? 0) / together)));
  }
}

function isFoldable([first]: readonly DrawnNode[]): boolean {
  return first?.kind === "parameter" || first?.kind === "operation";
}

function depthOf(module: string): number {
  return module === "" ? 0 : module.split(".").length;
}

/** Every node behind what it was computed from; parameters and inputs directly before what uses them first. */
function inOrderOfUse(graph: DrawnGraph): DrawnNode[] {
  const computed = topological(graph);
  const position = new Map(computed.map(({ id }, at) => [id, at]));
  const key = new Map(position);
  const isFed = new Set(graph.edges.map(({ to }) => to));
  const firstUse = new Map<string, number>();
  for (const { from, to } of graph.edges) {
    const use = position.get(to) ?? 0;
    firstUse.set(from, Math.min(firstUse.get(from) ?? use, use));
  }
  for (const [id, use] of firstUse) if (!isFed.has(id)) key.set(id, use - 0.5);
  return computed.sort((a, b) => (key.get(a.id) as number) - (key.get(b.id) as number));
}

/** Kahn's order, the given one among nodes that are free; a circle is broken at its first node. */
function topological({ nodes, edges }: DrawnGraph): DrawnNode[] {
  const waitsFor = new Map(nodes.map(({ id }) => [id, 0]));
  const leadsTo = new Map<string, string[]>();
  for (const { from, to } of edges) {
    waitsFor.set(to, (waitsFor.get(to) ?? 0) + 1);
    leadsTo.set(from, [...(leadsTo.get(from) ?? []), to]);
  }
  const left = new Set(nodes);
  const order: DrawnNode[] = [];
  while (left.size > 0) {
    const [first] = left as unknown as [DrawnNode];
    const next = [...left].find(({ id }) => waitsFor.get(id) === 0) ?? first;
    left.delete(next);
    order.push(next);
    for (const to of leadsTo.get(next.id) ?? []) waitsFor.set(to, (waitsFor.get(to) ?? 0) - 1);
  }
  return order;
}

/**
 * Neighbours with the same key. Inputs and the loss stay by themselves and part nobody, as nothing is computed before
 * the former or behind the latter.
 */
function runsOf(order: readonly DrawnNode[], keyOf: (node: DrawnNode) => string): DrawnNode[][] {
  const runs: DrawnNode[][] = [];
  let last: { readonly key: string; readonly run: DrawnNode[] } | undefined;
  for (const node of order) {
    const key = keyOf(node);
    if (isFoldable([node]) && key === last?.key) {
      last.run.push(node);
      continue;
    }
    const run = [node];
    runs.push(run);
    if (isFoldable([node])) last = { key, run };
    else if (node.kind === "outside") last = undefined;
  }
  return runs;
}

function folded({ nodes, edges }: DrawnGraph, runs: readonly DrawnNode[][]): FoldedGraph {
  const groupOf = new Map<string, string>();
  const shown = new Map<string, DrawnNode>();
  const groups: Group[] = [];
  const labels = labelsOf(runs);
  runs.forEach((run, index) => {
    const [first] = run as [DrawnNode];
    if (run.length === 1) {
      shown.set(first.id, first);
      return;
    }
    const id = `group ${first.id}`;
    for (const node of run) groupOf.set(node.id, id);
    const label = labels[index] as string;
    shown.set(id, groupNode(id, label, run));
    groups.push({ id, label, graph: innerGraph(run, { nodes, edges }) });
  });
  return { nodes: [...shown.values()], edges: edgesOver(edges, groupOf), groups };
}

function groupNode(id: string, label: string, run: readonly DrawnNode[]): DrawnNode {
  const found = run.filter(({ finding }) => finding !== undefined);
  const worst = found.find(({ severity }) => severity === "fault") ?? found[0];
  const isUnused = run.every(({ unused }) => unused === true);
  return {
    id,
    kind: "group",
    label,
    shape: run.at(-1)?.shape ?? [],
    module: run[0]?.module ?? "",
    ...(isUnused && { unused: true }),
    ...(worst?.finding !== undefined && { finding: worst.finding }),
    ...(worst?.severity !== undefined && { severity: worst.severity }),
  };
}

/** The nodes of a run, with those that lead into it and out of it. */
function innerGraph(run: readonly DrawnNode[], { nodes, edges }: DrawnGraph): DrawnGraph {
  const inside = new Set(run.map(({ id }) => id));
  const own = edges.filter(({ from, to }) => inside.has(from) || inside.has(to));
  const ends = new Set(own.flatMap(({ from, to }) => [from, to]));
  const around = nodes
    .filter(({ id }) => ends.has(id) && !inside.has(id))
    .map((node): DrawnNode => ({ ...node, kind: node.kind === "input" ? "input" : "outside" }));
  return { nodes: [...around, ...run], edges: own };
}

// What a reader has to see where several edges become one: the worst of them.
const WORST: readonly EdgeGradient[] = ["none", "zero", "flows", "unasked"];

function edgesOver(edges: readonly GraphEdge[], groupOf: ReadonlyMap<string, string>): GraphEdge[] {
  const shown = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const [from, to] = [groupOf.get(edge.from) ?? edge.from, groupOf.get(edge.to) ?? edge.to];
    if (from === to) continue;
    const known = shown.get(`${from} ${to}`);
    const isWorse =
      known === undefined ||
      (edge.cut && !known.cut) ||
      (edge.cut === known.cut && WORST.indexOf(edge.gradient) < WORST.indexOf(known.gradient));
    if (isWorse) shown.set(`${from} ${to}`, { ...edge, from, to });
  }
  return [...shown.values()];
}
