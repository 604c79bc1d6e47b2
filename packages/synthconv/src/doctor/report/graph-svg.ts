/** The graph from the condition to the loss as a drawing, with every cut in it. */
import type { Diagnosis, GraphNode } from "../diagnosis.js";
import { type GraphLayout, layOutGraph, type PlacedEdge, type PlacedNode } from "./graph-layout.js";
import { coordinate, html, Markup } from "./markup.js";

// A place is as wide as a name of about 18 characters in the page's small type.
const PLACE_WIDTH = 148;
const LAYER_HEIGHT = 64;
const NODE_WIDTH = 136;
const NODE_HEIGHT = 36;
const MARGIN = 8;
const MAX_LABEL = 20;

/** Undefined when there is no graph to draw. */
export function graphDrawing({ graph }: Diagnosis): Markup | undefined {
  if (graph === undefined || graph.nodes.length === 0) return undefined;
  const layout = layOutGraph(graph.nodes, graph.edges);
  const width = layout.places * PLACE_WIDTH + 2 * MARGIN;
  const height = layout.layers * LAYER_HEIGHT + 2 * MARGIN;
  return html`<div class="scroll"><svg class="graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${spoken(layout)}">
<defs>${arrow("arrow")}${arrow("arrow-cut")}</defs>
${layout.edges.map(edgeDrawing)}
${layout.nodes.map(nodeDrawing)}
</svg></div>`;
}

function arrow(id: string): Markup {
  return html`<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="${id}" d="M0 0L8 4L0 8z"/></marker>`;
}

function spoken({ nodes, edges }: GraphLayout): string {
  const cuts = edges.filter(({ edge }) => edge.cut).length;
  const cutText = cuts === 0 ? "no cut" : cuts === 1 ? "one cut" : `${cuts} cuts`;
  return `Graph of ${nodes.length} nodes from the inputs to the loss, ${cutText}`;
}

function centreOf({ layer, place }: { layer: number; place: number }): { x: number; y: number } {
  return { x: MARGIN + (place + 0.5) * PLACE_WIDTH, y: MARGIN + (layer + 0.5) * LAYER_HEIGHT };
}

function edgeDrawing({ edge, path }: PlacedEdge): Markup {
  const points = path.map(centreOf);
  const [first, last] = [points[0], points.at(-1)] as [{ x: number; y: number }, { x: number; y: number }];
  first.y += NODE_HEIGHT / 2;
  last.y -= NODE_HEIGHT / 2;
  let line = `M${coordinate(first.x)} ${coordinate(first.y)}`;
  points.slice(1).forEach((point, index) => {
    const before = points[index] as { x: number; y: number };
    const middle = coordinate((before.y + point.y) / 2);
    line += `C${coordinate(before.x)} ${middle} ${coordinate(point.x)} ${middle} ${coordinate(point.x)} ${coordinate(point.y)}`;
  });
  const kind = edge.cut ? "cut" : "flow";
  const drawn = html`<path class="edge ${kind}" d="${line}" marker-end="url(#${edge.cut ? "arrow-cut" : "arrow"})"/>`;
  if (!edge.cut) return drawn;
  const second = points[1] as { x: number; y: number };
  const x = coordinate((first.x + second.x) / 2);
  const y = coordinate((first.y + second.y) / 2);
  const label = edge.finding === undefined ? "cut" : `cut ${edge.finding + 1}`;
  return html`${drawn}<g class="cut-mark"><rect x="${Number(x) - 20}" y="${Number(y) - 9}" width="40" height="18" rx="9"/><text x="${x}" y="${Number(y) + 4}">${label}</text></g>`;
}

function nodeDrawing(placed: PlacedNode): Markup {
  const { node } = placed;
  const { x, y } = centreOf(placed);
  const left = coordinate(x - NODE_WIDTH / 2);
  const top = coordinate(y - NODE_HEIGHT / 2);
  const radius = node.kind === "operation" ? 6 : NODE_HEIGHT / 2;
  const faulty = node.finding === undefined ? "" : " faulty";
  return html`<g class="node ${node.kind}${faulty}"><title>${titleOf(node)}</title>
<rect x="${left}" y="${top}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="${radius}"/>
<text x="${coordinate(x)}" y="${coordinate(y - 2)}">${shortened(node.label)}</text>
<text class="shape" x="${coordinate(x)}" y="${coordinate(y + 11)}">${`[${node.shape}]`}</text></g>`;
}

function titleOf({ label, shape, place }: GraphNode): string {
  const where = place === undefined ? "" : `, ${place.file}:${place.line}`;
  return `${label} [${shape}]${where}`;
}

/** The end of a long name says more than its beginning. */
function shortened(label: string): string {
  return label.length <= MAX_LABEL ? label : `…${label.slice(1 - MAX_LABEL)}`;
}

export const graphStyle: Markup = new Markup(`
.graph { display: block; margin: 0 auto; font-size: 11px; }
.graph text { text-anchor: middle; fill: var(--ink); }
.graph .shape { fill: var(--quiet); font-size: 9px; }
.graph .node rect { fill: var(--card); stroke: var(--line); }
.graph .parameter rect { stroke: var(--accent); }
.graph .input rect, .graph .loss rect { fill: var(--soft); }
.graph .faulty rect { stroke: var(--bad); stroke-width: 2; }
.graph .edge { fill: none; stroke: var(--quiet); stroke-width: 1.3; }
.graph .edge.cut { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 5 4; }
.graph .arrow { fill: var(--quiet); }
.graph .arrow-cut { fill: var(--bad); }
.graph .cut-mark rect { fill: var(--bad); }
.graph .cut-mark text { fill: var(--card); font-weight: 600; }
`);
