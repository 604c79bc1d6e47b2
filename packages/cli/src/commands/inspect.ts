import { lookLayout } from "synthconv/internal";
import { showsUnicode } from "synthconv/internal/node";
import { LOOK_VERSION, type Look, synthesize } from "synthconv/look";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { readLook } from "../look-file.js";
import { formatBytes } from "../report/quantities.js";
import { distribution } from "./inspect/histogram.js";
import { schemaLines, type TensorReport, tensorLines, weightsHeading } from "./inspect/report.js";

const BINS = 32;

export const inspect: CommandModule = defineCommand({
  description:
    "Says what a look is: its knobs and styles, its sizes, how it was trained, the error that was measured then, and how " +
    "the entries of every parameter are distributed.",
  examples: [
    ["synthconv inspect warm.safetensors", "what warm.safetensors is, with histograms"],
    ["synthconv inspect warm.safetensors --json | jq .error", "the measured error, for a program"],
  ],
  configure(command) {
    command.argument("<look>", "a look file, as synthconv train writes it");
  },
  async run([file = ""], _options, context) {
    const { look, bytes } = await readLook(file, context);
    const { schema } = look;
    const { coverage = null } = schema;
    const parameters = [...lookLayout(schema).parameters].map(([name, shape]) =>
      describeTensor(name, shape, look.parameters.get(name) ?? []),
    );
    const weights = writtenWeights(look);
    const characters = showsUnicode() ? "unicode" : "ascii";
    const lines = [
      `${file}: a look, version ${LOOK_VERSION}, ${formatBytes(bytes)}`,
      ...schemaLines(schema),
      "",
      ...tensorLines("parameters", parameters, characters),
      "",
      ...tensorLines(weightsHeading(schema), weights, characters),
    ];
    context.out.print(lines);
    return {
      json: {
        file,
        bytes,
        format: "synthconv-look",
        version: LOOK_VERSION,
        ...schema,
        coverage,
        parameters,
        weights,
      },
    };
  },
});

/** The tensors that the generator writes with every knob at its default, in the first style. */
function writtenWeights(look: Look): TensorReport[] {
  const tensors = synthesize(look).layers.flatMap(({ weight, bias }) => [weight, bias ?? []]);
  return [...lookLayout(look.schema).weights].map(([name, shape], index) =>
    describeTensor(name, shape, tensors[index] ?? []),
  );
}

function describeTensor(name: string, shape: readonly number[], values: ArrayLike<number>): TensorReport {
  return { name, shape, ...distribution(Float32Array.from(values), BINS) };
}
