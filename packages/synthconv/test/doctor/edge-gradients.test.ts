import { describe, expect, it } from "vitest";
import { type Diagnosis, diagnose } from "../../src/doctor.js";
import { Linear, Module, mse, ones, relu, type Tensor } from "../../src/index.js";

class Network extends Module {
  readonly hidden = new Linear(3, 4);
  readonly output = new Linear(4, 2);
  readonly spare = new Linear(4, 2);

  forward(x: Tensor): Tensor {
    return this.output.forward(relu(this.hidden.forward(x)));
  }
}

function graphOf(prepare: (network: Network) => void): NonNullable<Diagnosis["graph"]> {
  const network = new Network().initialize({ seed: 3 });
  prepare(network);
  const batch = { x: ones([5, 3]), y: ones([5, 2]) };
  const { graph } = diagnose(network, batch, (model, { x, y }) => mse(model.forward(x), y));
  return graph as NonNullable<Diagnosis["graph"]>;
}

/** What comes back along the edge from one label to another. */
function along(
  { nodes, edges }: NonNullable<Diagnosis["graph"]>,
  from: string,
  to: string,
): string | undefined {
  const labelOf = new Map(nodes.map(({ id, label }) => [id, label]));
  return edges.find((edge) => labelOf.get(edge.from) === from && labelOf.get(edge.to) === to)?.gradient;
}

describe("the graph of a diagnosis", () => {
  it("says along which edges a gradient comes back", () => {
    const graph = graphOf(() => undefined);
    expect(along(graph, "hidden.weight", "linear")).toBe("flows");
    expect(along(graph, "linear", "relu")).toBe("flows");
    expect(along(graph, "x", "linear")).toBe("unasked");
  });

  it("says where only zeros come back: before units that are off", () => {
    const graph = graphOf((network) => network.hidden.bias?.assign(new Float32Array(4).fill(-100)));
    expect(along(graph, "linear", "relu")).toBe("zero");
    expect(along(graph, "hidden.weight", "linear")).toBe("zero");
    expect(along(graph, "output.bias", "linear")).toBe("flows");
  });

  it("asks for no gradient of frozen parameters", () => {
    const graph = graphOf((network) => network.hidden.freeze());
    expect(along(graph, "hidden.weight", "linear")).toBe("unasked");
  });

  it("marks the parameters that have no way to the loss, and no others", () => {
    const graph = graphOf(() => undefined);
    const unused = graph.nodes.filter((node) => node.unused).map(({ label }) => label);
    expect(unused).toEqual(["spare.weight", "spare.bias"]);
  });

  it("puts every result into the module whose parameters it was computed with, or which it continues", () => {
    const { nodes } = graphOf(() => undefined);
    const modules = nodes
      .filter(({ kind }) => kind === "operation")
      .map(({ label, module }) => [label, module]);
    expect(modules).toEqual([
      ["linear", "hidden"],
      ["relu", "hidden"],
      ["linear", "output"],
      ["subtract", "output"],
      ["square", "output"],
    ]);
  });
});
