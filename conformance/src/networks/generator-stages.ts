/** Stages whose weights a generator writes: every kind with its settings, every way to start, with and without a condition. */
import {
  type GeneratorInitialization,
  type GeneratorKindName,
  type GeneratorSettings,
  hyper,
  type nn,
  ops,
  type Tensor,
} from "../library.js";
import { type Built, CONDITION, type StageRow } from "./parts.js";

/** Settings of every kind: a kind without an entry does not compile. */
const KINDS: Readonly<Record<GeneratorKindName, readonly GeneratorSettings[]>> = {
  full: [{ hidden: [] }, { hidden: [5] }, { kind: "full", hidden: [4, 6], activation: "relu" }],
  chunked: [
    { kind: "chunked", hidden: [4], chunkSize: 3, chunkLength: 2 },
    { kind: "chunked", hidden: [], chunkSize: 5, chunkLength: 3, chunkBy: "projection" },
  ],
  lowRank: [{ kind: "lowRank", hidden: [4], rank: 1 }],
  mixture: [
    { kind: "mixture", hidden: [4], experts: 3 },
    { kind: "mixture", hidden: [], experts: 3, top: 2 },
  ],
  modulation: [
    { kind: "modulation", hidden: [4] },
    { kind: "modulation", hidden: [], demodulate: false },
  ],
  film: [{ kind: "film", hidden: [4] }],
  free: [{ kind: "free" }],
};

const STARTS: Readonly<Record<GeneratorInitialization, string>> = {
  hyperfanIn: "hyperfan-in",
  hyperfanOut: "hyperfan-out",
  harmonic: "between both",
  torch: "as PyTorch",
  bias: "by its bias",
};

type Given = Omit<hyper.WeightGeneratorOptions, "tensors" | "conditionLength" | "hidden" | "kind">;

interface Sizes {
  readonly conditionLength?: number;
  readonly gain?: number;
  readonly settings?: GeneratorSettings;
  readonly given?: (count: number) => Given;
}

const OUTPUTS = 3;

/** A fully connected layer of `OUTPUTS`, one set of weights a sample. */
function row(name: string, sizes: Sizes): StageRow {
  return { name: `WeightGenerator, ${name}`, takes: "row", make: ([, inputs = 1]) => written(inputs, sizes) };
}

function written(inputs: number, { conditionLength = CONDITION, gain, settings, given }: Sizes): Built {
  const factor = gain === undefined ? {} : { gain };
  const tensors = [
    { name: "weight", shape: [OUTPUTS, inputs], ...factor },
    { name: "bias", shape: [OUTPUTS], ...factor },
  ];
  const generator = new hyper.WeightGenerator({
    ...(settings ?? { hidden: [5] }),
    ...given?.(OUTPUTS * inputs + OUTPUTS),
    conditionLength,
    tensors,
  });
  return {
    parts: [generator],
    run: (x, { condition }) => {
      const read = ops.slice(condition, [undefined, [0, conditionLength]]);
      const { weight, bias } = generator.forward(read) as { weight: Tensor; bias: Tensor };
      const product = ops.matmul(weight, ops.reshape(x, [-1, inputs, 1]));
      return ops.add(ops.reshape(product, [-1, OUTPUTS]), bias);
    },
  };
}

export const generatorStages: readonly StageRow[] = [
  ...Object.entries(KINDS).flatMap(([kind, all]) =>
    all.map((settings, index) => row(`${kind}, settings ${index}`, { settings })),
  ),
  ...Object.entries(STARTS).map(([initialization, name]) =>
    row(`starts ${name}`, {
      given: () => ({ initialization: initialization as GeneratorInitialization }),
    }),
  ),
  row("starts with weights", {
    given: (count) => ({
      initialization: { weights: Float32Array.from({ length: count }, (_, i) => Math.sin(i)) },
    }),
  }),
  row("a condition's mean square", { given: () => ({ conditionMeanSquare: 0.3 }) }),
  row("gains", { gain: 1 }),
  row("no condition", { conditionLength: 0 }),
  {
    name: "WeightGenerator, one writes for another",
    takes: "row",
    make: ([, inputs = 1]) => {
      const tensors = [{ name: "condition", shape: [CONDITION] }] as const;
      const first = new hyper.WeightGenerator({ conditionLength: CONDITION, hidden: [3], tensors });
      const second = written(inputs, {});
      return {
        parts: [first, ...(second.parts as nn.Module[])],
        run: (x, context) => {
          const condition = ops.tanh(first.forward(context.condition).condition);
          return second.run(x, { ...context, condition });
        },
      };
    },
  },
];
