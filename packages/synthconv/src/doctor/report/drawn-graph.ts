/** A graph as it is drawn. */
import type { Finding, GraphEdge, GraphNode } from "../diagnosis.js";

/** A node as it is drawn: also a group of nodes, and what lies outside of an opened group. */
export interface DrawnNode extends Omit<GraphNode, "kind"> {
  readonly kind: GraphNode["kind"] | "group" | "outside";
  /** Of its finding. */
  readonly severity?: Finding["severity"];
}

export interface DrawnGraph {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly GraphEdge[];
}
