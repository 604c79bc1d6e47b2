/** The section of the page that draws the graph: its legend, the drawing, and what was folded away, to be opened. */
import type { Diagnosis } from "../diagnosis.js";
import type { DrawnGraph } from "./drawn-graph.js";
import { foldGraph, type Group } from "./graph-fold.js";
import { arrowHeads, type EdgeKind, edgeKind, graphSvg } from "./graph-svg.js";
import { html, Markup } from "./markup.js";

/** Undefined when there is no graph to draw. */
export function graphSection({ graph, findings }: Diagnosis): Markup[] | undefined {
  if (graph === undefined || graph.nodes.length === 0) return undefined;
  const nodes = graph.nodes.map((node) => {
    const severity = node.finding === undefined ? undefined : findings[node.finding]?.severity;
    return { ...node, ...(severity !== undefined && { severity }) };
  });
  return [arrowHeads, legend(graph), ...foldedDrawing({ nodes, edges: graph.edges })];
}

function foldedDrawing(graph: DrawnGraph): Markup[] {
  const { groups, ...folded } = foldGraph(graph);
  return [html`<div class="scroll">${graphSvg(folded)}</div>`, ...groups.map(opened)];
}

/** What has a finding in it is open from the start. */
function opened({ label, graph }: Group): Markup {
  const inside = graph.nodes.filter(({ kind }) => kind !== "outside" && kind !== "input");
  const findings = [
    ...new Set(
      [...inside, ...graph.edges].flatMap(({ finding }) => (finding === undefined ? [] : [finding + 1])),
    ),
  ];
  const note = findings.length === 0 ? "" : `, see ${findings.join(", ")}`;
  const open = new Markup(findings.length === 0 ? "" : " open");
  return html`<details class="group"${open}><summary>${label} <span class="quiet">${`${inside.length} nodes${note}`}</span></summary>
${foldedDrawing(graph)}
</details>
`;
}

const MEANINGS: Readonly<Record<EdgeKind, string>> = {
  flows: "a gradient comes back",
  zero: "the gradient that comes back is 0",
  cut: "cut: no gradient comes back",
  none: "no gradient comes this far: it is cut further on",
  unasked: "no gradient is asked for: an input, or frozen",
};

/** The kinds of arrows that the drawing has. */
function legend({ nodes, edges }: DrawnGraph): Markup {
  const kinds = new Set<EdgeKind>(edges.map(edgeKind));
  const isUnused = nodes.some(({ unused }) => unused === true);
  const rows = (Object.keys(MEANINGS) as EdgeKind[]).filter((kind) => kinds.has(kind));
  return html`<p class="legend">Values flow along every arrow. ${rows.map(
    (kind) =>
      html`<span><svg width="34" height="10" aria-hidden="true"><path class="edge ${kind}" d="M1 5H32" marker-end="url(#head-${kind})"/></svg> ${MEANINGS[kind]}</span> `,
  )}${isUnused ? html`<span><b class="bad">no way on</b> the loss is not computed from it</span>` : undefined}</p>`;
}

export const graphSectionStyle: Markup = new Markup(`
.legend { color: var(--quiet); display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; font-size: 0.9rem; }
.legend span { white-space: nowrap; }
details.group { margin: 0.6rem 0 0 0.6rem; }
details.group summary { cursor: pointer; overflow-wrap: anywhere; }
details.group .scroll { margin-top: 0.4rem; }
`);
