import type { OnnxGraph } from "./graph.js";

/**
 * Of each row of `x` [R,N] the `kept` largest as they are, the first ones where they are equal, and all others with `out` added.
 *
 * @returns the name of the result.
 */
export function addToAllButLargest(graph: OnnxGraph, x: string, kept: number, out: number): string {
  const [, largest] = graph.addSeveral("TopK", [x, graph.whole([kept])], {}, 2) as [string, string];
  const filled = (value: number, like: string): string =>
    graph.add("Expand", [graph.scalar(value), graph.add("Shape", [like])]);
  const rest = graph.add("ScatterElements", [filled(out, x), largest, filled(0, largest)], {
    axis: { int: -1 },
  });
  return graph.add("Add", [x, rest]);
}
