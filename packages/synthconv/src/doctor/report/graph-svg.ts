/** One graph, from the inputs to the loss, as a drawing. */
import type { GraphEdge } from "../diagnosis.js";
import type { DrawnGraph, DrawnNode } from "./drawn-graph.js";
import { type GraphLayout, layOutGraph, type PlacedEdge, type PlacedNode } from "./graph-layout.js";
import { coordinate, html, Markup } from "./markup.js";

// A place is as wide as a name of about 18 characters in the page's small type.
const PLACE_WIDTH = 148;
const LAYER_HEIGHT = 64;
const NODE_WIDTH = 136;
const NODE_HEIGHT = 36;
const MARGIN = 8;
const MAX_LABEL = 20;

/** How an edge is drawn: by what comes back along it, or as a cut. */
export type EdgeKind = "cut" | GraphEdge["gradient"];

export function edgeKind({ cut, gradient }: GraphEdge): EdgeKind {
  return cut ? "cut" : gradient;
}

/** Arrow heads of all kinds; they stand once in a page. */
export const arrowHeads: Markup = html`<svg class="heads" width="0" height="0" aria-hidden="true"><defs>${(
  ["flows", "zero", "none", "unasked", "cut"] as const
).map(arrowHead)}</defs></svg>`;

function arrowHead(kind: EdgeKind): Markup {
  return html`<marker id="head-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head ${kind}" d="M0 0L8 4L0 8z"/></marker>`;
}

export function graphSvg(graph: DrawnGraph): Markup {
  const layout = layOutGraph(graph.nodes, graph.edges);
  const width = layout.places * PLACE_WIDTH + 2 * MARGIN;
  const height = layout.layers * LAYER_HEIGHT + 2 * MARGIN;
  return html`<svg class="graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${spoken(layout)}">
${layout.edges.map(edgeDrawing)}
${layout.nodes.map(nodeDrawing)}
</svg>`;
}

function spoken({ nodes, edges }: GraphLayout): string {
  const cuts = edges.filter(({ edge }) => edge.cut).length;
  const cutText = cuts === 0 ? "no cut" : cuts === 1 ? "one cut" : `${cuts} cuts`;
  return `Graph of ${nodes.length} nodes from the inputs to the loss, ${cutText}`;
}

interface Point {
  x: number;
  y: number;
}

function centreOf({ layer, place }: { layer: number; place: number }): Point {
  return { x: MARGIN + (place + 0.5) * PLACE_WIDTH, y: MARGIN + (layer + 0.5) * LAYER_HEIGHT };
}

function edgeDrawing({ edge, path }: PlacedEdge): Markup {
  const points = path.map(centreOf);
  const [first, last] = [points[0], points.at(-1)] as [Point, Point];
  first.y += NODE_HEIGHT / 2;
  last.y -= NODE_HEIGHT / 2;
  let line = `M${coordinate(first.x)} ${coordinate(first.y)}`;
  points.slice(1).forEach((point, index) => {
    const before = points[index] as Point;
    const middle = coordinate((before.y + point.y) / 2);
    line += `C${coordinate(before.x)} ${middle} ${coordinate(point.x)} ${middle} ${coordinate(point.x)} ${coordinate(point.y)}`;
  });
  const kind = edgeKind(edge);
  const drawn = html`<path class="edge ${kind}" d="${line}" marker-end="url(#head-${kind})"/>`;
  if (!edge.cut) return drawn;
  const second = points[1] as Point;
  const middle = { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
  return html`${drawn}${mark(middle, edge.finding === undefined ? "cut" : `cut ${edge.finding + 1}`)}`;
}

function mark({ x, y }: Point, label: string): Markup {
  const half = 8 + 3 * label.length;
  return html`<g class="cut-mark"><rect x="${coordinate(x - half)}" y="${coordinate(y - 9)}" width="${2 * half}" height="18" rx="9"/><text x="${coordinate(x)}" y="${coordinate(y + 4)}">${label}</text></g>`;
}

function nodeDrawing(placed: PlacedNode): Markup {
  const { node } = placed;
  const centre = centreOf(placed);
  const left = coordinate(centre.x - NODE_WIDTH / 2);
  const top = coordinate(centre.y - NODE_HEIGHT / 2);
  const radius = node.kind === "operation" || node.kind === "group" ? 6 : NODE_HEIGHT / 2;
  const found = node.severity === undefined ? "" : ` ${node.severity}`;
  return html`<g class="node ${node.kind}${found}"><title>${titleOf(node)}</title>
<rect x="${left}" y="${top}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="${radius}"/>
<text x="${coordinate(centre.x)}" y="${coordinate(centre.y - 2)}">${shortened(node.label)}</text>
<text class="shape" x="${coordinate(centre.x)}" y="${coordinate(centre.y + 11)}">${`[${node.shape}]`}</text></g>${node.unused === true ? missingArrow(centre) : undefined}`;
}

/** Where an arrow to the loss should begin, and there is none. */
function missingArrow({ x, y }: Point): Markup {
  const from = y + NODE_HEIGHT / 2;
  return html`<path class="edge cut" d="M${coordinate(x)} ${coordinate(from)}v14"/>${mark({ x, y: from + 20 }, "no way on")}`;
}

function titleOf({ label, shape, place }: DrawnNode): string {
  const where = place === undefined ? "" : `, ${place.file}:${place.line}`;
  return `${label} [${shape}]${where}`;
}

/** The end of a long name says more than its beginning. */
function shortened(label: string): string {
  return label.length <= MAX_LABEL ? label : `…${label.slice(1 - MAX_LABEL)}`;
}

export const graphStyle: Markup = new Markup(`
.heads { position: absolute; }
.graph { display: block; margin: 0 auto; font-size: 11px; }
.graph text { text-anchor: middle; fill: var(--ink); }
.graph .shape { fill: var(--quiet); font-size: 9px; }
.graph .node rect { fill: var(--card); stroke: var(--line); }
.graph .parameter rect { stroke: var(--accent); }
.graph .input rect, .graph .loss rect { fill: var(--soft); }
.graph .group rect { fill: var(--soft); stroke: var(--quiet); stroke-width: 2; }
.graph .outside rect { stroke-dasharray: 2 3; stroke: var(--quiet); }
.graph .fault rect { stroke: var(--bad); stroke-width: 2; }
.graph .advice rect { stroke: var(--warn); stroke-width: 2; }
.edge { fill: none; stroke-width: 1.5; }
.edge.flows { stroke: var(--accent); }
.edge.unasked { stroke: var(--quiet); stroke-width: 1; }
.edge.zero { stroke: var(--warn); stroke-width: 2; stroke-dasharray: 1.5 4; stroke-linecap: round; }
.edge.none { stroke: var(--quiet); stroke-dasharray: 5 4; }
.edge.cut { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 5 4; }
.head.flows { fill: var(--accent); }
.head.unasked, .head.none { fill: var(--quiet); }
.head.zero { fill: var(--warn); }
.head.cut { fill: var(--bad); }
.cut-mark rect { fill: var(--bad); }
.graph .cut-mark text { fill: var(--card); font-weight: 600; }
`);
