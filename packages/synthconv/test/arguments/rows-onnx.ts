/** Networks as ONNX models. */
import { zeros } from "../../src/autograd/index.js";
import { Linear } from "../../src/nn/index.js";
import { type ExportOnnxOptions, exportOnnx } from "../../src/onnx/index.js";
import { type Argument, listArg, moduleArg, optional, optionsArg, type Row, row, textArg } from "./row.js";

const inputs: Argument = {
  name: "inputs",
  valid: () => [zeros([2, 3])],
  // The network's forward has its say about what stands in a list.
  accepts: [
    "emptyList",
    "wholes",
    "manyWholes",
    "fractions",
    "texts",
    "holes",
    "nested",
    "records",
    "sparse",
  ],
};
const names = (name: string, one: string): Argument =>
  optional(
    listArg(
      name,
      textArg(name, () => one),
      1,
    ),
  );

export const onnxRows: readonly Row[] = [
  row(
    "exportOnnx",
    (network: Linear, example: readonly never[], options: ExportOnnxOptions) =>
      exportOnnx(network as never, example, options),
    moduleArg("network", () => new Linear(3, 2).initialize({ seed: 0 })),
    inputs,
    optional(
      optionsArg(
        "options",
        names("inputs", "x"),
        names("outputs", "y"),
        optional({ name: "shapes", valid: () => ({}), accepts: ["emptyObject"] }),
        optional({ name: "baked", valid: () => [], accepts: ["emptyList", "texts"] }),
        optional(textArg("name", () => "linear")),
        optional(textArg("note", () => "a layer")),
      ),
    ),
  ),
];
