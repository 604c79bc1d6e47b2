import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DrawnGraph, DrawnNode } from "../../../src/doctor/report/drawn-graph.js";
import { type FoldedGraph, foldGraph } from "../../../src/doctor/report/graph-fold.js";
import { layOutGraph } from "../../../src/doctor/report/graph-layout.js";
import { chainGraph } from "./sample.js";

/** All nodes that can be seen when every group is opened, those around a group left out. */
function seen(graph: DrawnGraph): string[] {
  const { nodes, groups } = foldGraph(graph);
  const here = nodes.filter(({ kind }) => kind !== "group" && kind !== "outside").map(({ id }) => id);
  return [...here, ...groups.flatMap((group) => seen(group.graph))];
}

function expectWhole(graph: DrawnGraph): void {
  const all = new Set(seen(graph));
  expect([...all].sort()).toEqual(graph.nodes.map(({ id }) => id).sort());
}

function edgesDrawn({ nodes, edges }: FoldedGraph): number {
  return layOutGraph(nodes, edges).edges.length;
}

describe("a graph that is folded", () => {
  it("is left as it is where it is small", () => {
    const graph = chainGraph(["one", "two"]);
    expect(foldGraph(graph)).toEqual({ ...graph, groups: [] });
  });

  it("has one node for each module where they fit, and the operations of a module inside", () => {
    const folded = foldGraph(chainGraph(Array.from({ length: 20 }, (_, index) => `layers.${index}`)));
    expect(folded.groups.map(({ label }) => label)).toEqual(
      Array.from({ length: 20 }, (_, index) => `layers.${index}`),
    );
    expect(folded.groups[3]?.graph.nodes.map(({ id, kind }) => [id, kind])).toEqual([
      ["layers.2 relu", "outside"],
      ["layers.4 linear", "outside"],
      ["layers.3.weight", "parameter"],
      ["layers.3.bias", "parameter"],
      ["layers.3 linear", "operation"],
      ["layers.3 relu", "operation"],
    ]);
  });

  it("takes neighbours together where there are too many modules side by side", () => {
    const heads = Array.from({ length: 24 }, (_, index) => `head${index}`);
    const nodes: DrawnNode[] = [{ id: "x", kind: "input", label: "x", shape: [], module: "" }];
    const graph = { nodes, edges: [] as DrawnGraph["edges"][number][] };
    for (const module of heads) {
      nodes.push({ id: module, kind: "operation", label: "linear", shape: [], module });
      nodes.push({ id: `${module}.weight`, kind: "parameter", label: "weight", shape: [], module });
      graph.edges.push({ from: "x", to: module, cut: false, gradient: "unasked" });
      graph.edges.push({ from: `${module}.weight`, to: module, cut: false, gradient: "flows" });
      graph.edges.push({ from: module, to: "loss", cut: false, gradient: "flows" });
    }
    nodes.push({ id: "loss", kind: "loss", label: "loss", shape: [], module: "" });
    const folded = foldGraph(graph);
    expect(layOutGraph(folded.nodes, folded.edges).places).toBeLessThanOrEqual(7);
    expect(folded.groups[0]?.label).toBe("head0 to head3");
    expectWhole(graph);
  });

  it("shows a cut or a lost gradient on the edge that stands for several", () => {
    const graph = chainGraph(Array.from({ length: 20 }, (_, index) => `layers.${index}`));
    const spoilt = graph.edges.map((edge) =>
      edge.from === "layers.4 relu" ? { ...edge, cut: true, gradient: "none" as const, finding: 2 } : edge,
    );
    const { edges } = foldGraph({ nodes: graph.nodes, edges: spoilt });
    expect(edges.filter(({ cut }) => cut)).toMatchObject([{ finding: 2 }]);
  });

  it("loses no node and draws every edge between groups, whatever the graph", () => {
    const module = fc.constantFrom("", "a", "a.b", "a.b.0", "a.b.1", "a.c", "d", "d.0", "d.1.x", "d.1.y");
    const kind = fc.constantFrom("operation", "operation", "operation", "parameter", "input");
    const node = fc.record({ module, kind, uses: fc.array(fc.nat(400), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(node, { minLength: 2, maxLength: 150 }), (drawn) => {
        const nodes = drawn.map(({ module: path, kind: ofNode }, index): DrawnNode => {
          return { id: `n${index}`, kind: ofNode as DrawnNode["kind"], label: "x", shape: [], module: path };
        });
        const edges = drawn.flatMap(({ kind: ofNode, uses }, index) => {
          if (ofNode !== "operation") return [];
          const sources = new Set(uses.map((use) => use % Math.max(1, index)));
          return [...sources]
            .filter((from) => from < index)
            .map((from) => {
              return { from: `n${from}`, to: `n${index}`, cut: false, gradient: "flows" as const };
            });
        });
        const graph = { nodes, edges };
        expectWhole(graph);
        const folded = foldGraph(graph);
        expect(edgesDrawn(folded)).toBe(folded.edges.length);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
