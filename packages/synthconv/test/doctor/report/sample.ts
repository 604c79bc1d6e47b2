/** Diagnoses to show: the seed's cut, and a network that is well. */
import type {
  Diagnosis,
  GraphEdge,
  GraphNode,
  HistogramRecord,
  ParameterDiagnosis,
  ParameterStatus,
} from "../../../src/doctor.js";

function parameter(
  name: string,
  shape: readonly number[],
  status: ParameterStatus,
  more: Partial<ParameterDiagnosis> = {},
): ParameterDiagnosis {
  const learns = status === "learns";
  return {
    name,
    shape,
    dtype: "float32",
    status,
    numbers: {
      gradientNorm: learns ? [0.31, 0.12, 0.08] : [null, null, null],
      weightNorm: [1, 1.01, 1.02],
      updateRatio: learns ? [0.01, 0.009, 0.008] : [null, null, null],
      nonFinite: 0,
    },
    ...more,
  };
}

const place = {
  file: "model.ts",
  line: 23,
  column: 26,
  source: "      this.synthesized = new Parameter(reshape(x, [KERNELS, 3, 1, 1]));",
};

export const cutDiagnosis: Diagnosis = {
  version: 2,
  healthy: false,
  state: "ill",
  verdict: "inputLayers.0.weight and 3 more never learn: what they compute was made into a new parameter.",
  steps: 3,
  losses: [0.2024, 0.1871, 0.1765],
  parameters: [
    parameter("inputLayers.0.weight", [8, 10], "cut", { finding: 0, deadUnits: { dead: 2, units: 8 } }),
    parameter("inputLayers.0.bias", [8], "cut", { finding: 0 }),
    parameter("inputLayers.2.weight", [12, 8], "cut", { finding: 0 }),
    parameter("inputLayers.2.bias", [12], "cut", { finding: 0 }),
    parameter("styles.weight", [8, 6], "learns", { excuse: "rows <3> & 4 were not in the batch" }),
    parameter("head.weight", [3, 4, 1, 1], "learns"),
    parameter("head.bias", [3], "frozen"),
  ],
  findings: [
    {
      fault: "rewrappedAsParameter",
      severity: "fault",
      parameters: [
        "inputLayers.0.weight",
        "inputLayers.0.bias",
        "inputLayers.2.weight",
        "inputLayers.2.bias",
      ],
      place,
      cause: "The generated weights became a new parameter: a leaf, in front of which the tape ends.",
      repair: "Pass the tensor to conv2d(image, weight) as it is: weights are values.",
    },
    {
      fault: "generatedScale",
      severity: "warning",
      parameters: ["inputLayers.2.weight"],
      cause: "A ReLU behind the generated weights leaves none below 0.",
      repair: "Leave out the last ReLU of the generator.",
    },
  ],
  graph: {
    nodes: [
      { id: "condition", kind: "input", label: "condition", shape: [1, 10], module: "" },
      { id: "image", kind: "input", label: "image", shape: [1, 3, 8, 8], module: "" },
      { id: "w0", kind: "parameter", label: "inputLayers.0.weight", shape: [8, 10], module: "inputLayers.0" },
      { id: "linear", kind: "operation", label: "linear", shape: [1, 8], module: "inputLayers.0" },
      { id: "w2", kind: "parameter", label: "inputLayers.2.weight", shape: [12, 8], module: "inputLayers.2" },
      { id: "linear2", kind: "operation", label: "linear", shape: [1, 12], module: "inputLayers.2" },
      {
        id: "synthesized",
        kind: "parameter",
        label: "new Parameter",
        shape: [4, 3, 1, 1],
        module: "",
        place,
        finding: 0,
      },
      { id: "conv", kind: "operation", label: "conv2d", shape: [1, 4, 8, 8], module: "" },
      { id: "head", kind: "parameter", label: "head.weight", shape: [3, 4, 1, 1], module: "head" },
      { id: "conv2", kind: "operation", label: "conv2d", shape: [1, 3, 8, 8], module: "head" },
      { id: "loss", kind: "loss", label: "loss", shape: [], module: "" },
    ],
    edges: [
      { from: "condition", to: "linear", cut: false, gradient: "unasked" },
      { from: "w0", to: "linear", cut: false, gradient: "none" },
      { from: "linear", to: "linear2", cut: false, gradient: "none" },
      { from: "w2", to: "linear2", cut: false, gradient: "none" },
      { from: "linear2", to: "synthesized", cut: true, gradient: "none", finding: 0 },
      { from: "synthesized", to: "conv", cut: false, gradient: "flows" },
      { from: "image", to: "conv", cut: false, gradient: "unasked" },
      { from: "conv", to: "conv2", cut: false, gradient: "flows" },
      { from: "head", to: "conv2", cut: false, gradient: "flows" },
      { from: "conv2", to: "loss", cut: false, gradient: "flows" },
    ],
  },
  hypernetwork: {
    crossTalk: 0,
    spread: 0.12,
    scales: [{ name: "synthesized.weight", shape: [1, 4, 3, 1, 1], deviation: 0.21, wanted: 0.8165 }],
  },
};

export const healthyDiagnosis: Diagnosis = {
  version: 2,
  healthy: true,
  state: "well",
  verdict: "All 2 parameters learn.",
  steps: 3,
  losses: [0.2, 0.15, 0.11],
  parameters: [parameter("head.weight", [3, 4, 1, 1], "learns"), parameter("head.bias", [3], "learns")],
  findings: [],
};

/** A bell that moves and narrows with the steps. */
export function movingHistograms(name: string, steps: number): HistogramRecord[] {
  const edges = Array.from({ length: 41 }, (_, edge) => -2 + edge * 0.1);
  return Array.from({ length: steps }, (_, step): HistogramRecord[] => {
    const bell = (centre: number, width: number): number[] =>
      edges
        .slice(1)
        .map((edge) => Math.round((1000 * Math.exp(-(((edge - 0.05 - centre) / width) ** 2) / 2)) / width));
    return [
      {
        step: step * 10,
        parameter: name,
        of: "value",
        histogram: { edges, counts: bell(step / steps - 0.3, 0.3), nonFinite: 0 },
      },
      {
        step: step * 10,
        parameter: name,
        of: "gradient",
        histogram: { edges, counts: bell(0, 0.6 - (0.4 * step) / steps), nonFinite: step === 3 ? 2 : 0 },
      },
      {
        step: step * 10,
        parameter: name,
        of: "update",
        histogram: { edges: [0, 0], counts: [12], nonFinite: 0 },
      },
    ];
  }).flat();
}

/** A chain of linear layers and relu, one module each, from an input to the loss. */
export function chainGraph(modules: readonly string[]): NonNullable<Diagnosis["graph"]> {
  const nodes: GraphNode[] = [{ id: "x", kind: "input", label: "x", shape: [4, 8], module: "" }];
  const edges: GraphEdge[] = [];
  let before = "x";
  for (const module of modules) {
    for (const name of ["weight", "bias"]) {
      const id = `${module}.${name}`;
      nodes.push({ id, kind: "parameter", label: id, shape: [8, 8], module });
      edges.push({ from: id, to: `${module} linear`, cut: false, gradient: "flows" });
    }
    for (const operation of ["linear", "relu"]) {
      const id = `${module} ${operation}`;
      nodes.push({ id, kind: "operation", label: operation, shape: [4, 8], module });
      edges.push({ from: before, to: id, cut: false, gradient: before === "x" ? "unasked" : "flows" });
      before = id;
    }
  }
  nodes.push({ id: "loss", kind: "loss", label: "loss", shape: [], module: "" });
  edges.push({ from: before, to: "loss", cut: false, gradient: "flows" });
  return { nodes, edges };
}
