/**
 * Places the nodes of a graph in layers from the inputs down to the loss: each node below everything that it
 * was computed from, nodes of a layer in the order that crosses few edges (the barycentre heuristic of
 * Sugiyama, Tagawa and Toda, 1981). Long edges pass through empty places of the layers between.
 */
import { largest, smallest } from "../../core/extremes.js";
import type { GraphEdge } from "../diagnosis.js";
import type { DrawnNode } from "./drawn-graph.js";

export interface PlacedNode {
  readonly node: DrawnNode;
  readonly layer: number;
  /** Place in its layer, 0 to the number of places in the widest layer. */
  readonly place: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** Layer and place of every bend, the two ends included. */
  readonly path: readonly { readonly layer: number; readonly place: number }[];
}

export interface GraphLayout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly layers: number;
  /** Places in the widest layer. */
  readonly places: number;
}

interface Cell {
  readonly id: string;
  readonly layer: number;
  order: number;
  readonly above: Cell[];
  readonly below: Cell[];
}

// After four sweeps up and down the order of graphs of this size no longer changes.
const SWEEPS = 4;

/** Edges whose ends are no nodes, and edges that close a circle, are left out. */
export function layOutGraph(nodes: readonly DrawnNode[], edges: readonly GraphEdge[]): GraphLayout {
  const known = new Set(nodes.map(({ id }) => id));
  const usable = withoutCircles(
    nodes,
    edges.filter(({ from, to }) => known.has(from) && known.has(to)),
  );
  const layerOf = layersOf(nodes, usable);
  const cells = new Map<string, Cell>();
  const rows: Cell[][] = [];
  const addCell = (id: string, layer: number): Cell => {
    const cell: Cell = { id, layer, order: 0, above: [], below: [] };
    rows[layer] ??= [];
    const row = rows[layer];
    cell.order = row.length;
    row.push(cell);
    return cell;
  };
  for (const { id } of nodes) cells.set(id, addCell(id, layerOf.get(id) ?? 0));
  const paths = usable.map((edge) => {
    const [start, end] = [cells.get(edge.from) as Cell, cells.get(edge.to) as Cell];
    const path = [start];
    for (let layer = start.layer + 1; layer < end.layer; layer++) path.push(addCell("", layer));
    path.push(end);
    path.slice(1).forEach((cell, index) => {
      const before = path[index] as Cell;
      before.below.push(cell);
      cell.above.push(before);
    });
    return path;
  });
  reduceCrossings(rows);
  const places = largest(
    rows.map((row) => row.length),
    1,
  );
  const placeOf = (cell: Cell): number => cell.order + (places - (rows[cell.layer]?.length ?? 0)) / 2;
  return {
    layers: rows.length,
    places,
    nodes: nodes.map((node) => {
      const cell = cells.get(node.id) as Cell;
      return { node, layer: cell.layer, place: placeOf(cell) };
    }),
    edges: paths.map((path, index) => ({
      edge: usable[index] as GraphEdge,
      path: path.map((cell) => ({ layer: cell.layer, place: placeOf(cell) })),
    })),
  };
}

function withoutCircles(nodes: readonly DrawnNode[], edges: readonly GraphEdge[]): GraphEdge[] {
  const following = new Map<string, GraphEdge[]>();
  for (const edge of edges) following.set(edge.from, [...(following.get(edge.from) ?? []), edge]);
  const state = new Map<string, "open" | "done">();
  const kept: GraphEdge[] = [];
  const visit = (id: string): void => {
    state.set(id, "open");
    for (const edge of following.get(id) ?? []) {
      if (state.get(edge.to) === "open") continue;
      kept.push(edge);
      if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(id, "done");
  };
  for (const { id } of nodes) if (!state.has(id)) visit(id);
  return kept;
}

/** Each node one below the lowest of those before it; a node without any stands just above its first use. */
function layersOf(nodes: readonly DrawnNode[], edges: readonly GraphEdge[]): Map<string, number> {
  const layer = new Map(nodes.map(({ id }) => [id, 0]));
  const at = (id: string): number => layer.get(id) ?? 0;
  for (let round = 0, moved = true; moved && round <= nodes.length; round++) {
    moved = false;
    for (const { from, to } of edges) {
      if (at(to) > at(from)) continue;
      layer.set(to, at(from) + 1);
      moved = true;
    }
  }
  const fed = new Set(edges.map(({ to }) => to));
  for (const { id } of nodes) {
    const uses = edges.filter(({ from }) => from === id).map(({ to }) => at(to));
    if (!fed.has(id) && uses.length > 0) layer.set(id, smallest(uses) - 1);
  }
  return layer;
}

function reduceCrossings(rows: readonly Cell[][]): void {
  const sortBy = (row: Cell[], side: "above" | "below"): void => {
    const centre = (cell: Cell): number => {
      const neighbours = cell[side];
      if (neighbours.length === 0) return cell.order;
      return neighbours.reduce((sum, { order }) => sum + order, 0) / neighbours.length;
    };
    const centres = new Map(row.map((cell) => [cell, centre(cell)]));
    row.sort((a, b) => (centres.get(a) ?? 0) - (centres.get(b) ?? 0) || a.order - b.order);
    row.forEach((cell, index) => {
      cell.order = index;
    });
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const row of rows) sortBy(row, "above");
    for (const row of rows.toReversed()) sortBy(row, "below");
  }
}
