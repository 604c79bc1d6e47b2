/** Tensors and the tape. */
import * as tape from "../../src/autograd/index.js";
import { RandomStream } from "../../src/core/random.js";
import { multiply, sum } from "../../src/ops/index.js";
import {
  alsoAccepts,
  countArg,
  fixedArg,
  flagArg,
  floatsArg,
  functionArg,
  listArg,
  nothing,
  numberArg,
  optional,
  optionsArg,
  type Row,
  row,
  shapeArg,
  sizeArg,
  tensorArg,
  textArg,
} from "./row.js";

const { tensor, vjp, jvp, hessianVectorProduct } = tape;
const leaf = () => tensor([1, 2], { requiresGrad: true });
const dtype = optional(fixedArg("dtype", () => "float64"));
const requiresGrad = optional(flagArg("requiresGrad", () => true));
const creation = optional(optionsArg("options", dtype, requiresGrad));
const shape = shapeArg("shape", () => [1, 2]);
const record = {
  operation: "double",
  inputs: [tensor([1, 2])],
  shape: [2],
  data: Float32Array.of(2, 4),
  backward: () => [undefined],
};
/** A loss whose leaf is kept, so that its gradient can be asked for. */
const graph = () => {
  const input = leaf();
  return { input, loss: sum(multiply(input, input)) };
};
let last = graph();
const freshLoss = () => {
  last = graph();
  return last.loss;
};
const loss = tensorArg("output", freshLoss);
const seed = optional(tensorArg("seed", () => tensor(1)));

export const tapeRows: readonly Row[] = [
  row(
    "tensor",
    tape.tensor,
    alsoAccepts(
      shapeArg("values", () => [[1, 2]]),
      "fractions",
      "nested",
      "float32",
      "float64",
      ...(["whole", "zero", "fraction", "negative", "notANumber", "infinite"] as const),
    ),
    optional(optionsArg("options", dtype, requiresGrad, optional(shapeArg("shape", () => [1, 2])))),
  ),
  row(
    "full",
    tape.full,
    shape,
    numberArg("value", () => 3),
    creation,
  ),
  row("zeros", tape.zeros, shape, creation),
  row("ones", tape.ones, shape, creation),
  row(
    "randomUniform",
    tape.randomUniform,
    shape,
    fixedArg("random", () => new RandomStream({ seed: 0, purpose: "test" })),
    creation,
  ),
  row(
    "Tensor",
    (init: tape.TensorInit) => new tape.Tensor(init),
    // Another library's tensor has the two names that matter, and the numbers under them.
    alsoAccepts(
      optionsArg(
        "options",
        shapeArg("shape", () => [2]),
        floatsArg("data", () => new Float32Array(2)),
        requiresGrad,
      ),
      "foreignTensor",
    ),
  ),
  ...nothing("Tensor.item", "Tensor.toArray", "Tensor.toString"),
  row(
    "Parameter",
    (value: tape.Tensor) => new tape.Parameter(value),
    tensorArg("value", () => tensor([1, 2])),
  ),
  row(
    "Parameter.assign",
    (values: Float32Array) => new tape.Parameter(tensor([1, 2])).assign(values),
    floatsArg("values", () => new Float32Array(2)),
  ),
  row(
    "Parameter.uninitialized",
    tape.Parameter.uninitialized,
    shape,
    optional(optionsArg("options", dtype, optional(textArg("label", () => "a scale")))),
  ),
  ...nothing("Parameter.snapshot", "Parameter.toString"),
  row(
    "RandomStream",
    (key: ConstructorParameters<typeof RandomStream>[0]) => new RandomStream(key),
    optionsArg(
      "options",
      countArg("seed", () => 0),
      textArg("purpose", () => "test"),
      optional(countArg("step", () => 0)),
    ),
  ),
  row(
    "RandomStream.integer",
    (limit: number) => new RandomStream({ seed: 0, purpose: "test" }).integer(limit),
    sizeArg("limit", () => 6),
  ),
  ...nothing("RandomStream.uint32", "RandomStream.uniform", "RandomStream.normal"),
  row("Tensor.backward", (given: tape.Tensor) => freshLoss().backward(given), seed),
  row(
    "grad",
    (output: tape.Tensor, inputs: tape.Tensor[], options: tape.GradOptions) =>
      tape.grad(output, inputs, options as object),
    loss,
    listArg(
      "inputs",
      tensorArg("inputs", () => last.input),
      1,
    ),
    optional(
      optionsArg(
        "options",
        seed,
        optional(flagArg("allowUnused", () => true)),
        optional(flagArg("createGraph", () => false)),
      ),
    ),
  ),
  ...Object.entries({ vjp, jvp, hessianVectorProduct }).map(([name, call]) =>
    row(
      name,
      call,
      functionArg("body", () => {
        freshLoss();
        return () => last.loss;
      }),
      listArg(
        "inputs",
        tensorArg("inputs", () => last.input),
        1,
      ),
      name === "vjp"
        ? tensorArg("vector", () => tensor(1))
        : listArg(
            name === "jvp" ? "tangents" : "vectors",
            tensorArg(name === "jvp" ? "tangents" : "vectors", () => last.input),
            1,
          ),
    ),
  ),
  row(
    "checkpoint",
    (body: (x: tape.Tensor) => tape.Tensor, inputs: [tape.Tensor]) => tape.checkpoint(body, inputs),
    functionArg("body", () => (x: tape.Tensor) => x),
    listArg(
      "inputs",
      tensorArg("inputs", () => tensor([1, 2])),
      1,
    ),
  ),
  row(
    "valueAndGrad",
    tape.valueAndGrad,
    functionArg("body", () => freshLoss),
    listArg(
      "inputs",
      tensorArg("inputs", () => last.input),
      0,
    ),
  ),
  row(
    "noGrad",
    tape.noGrad,
    functionArg("body", () => () => 1),
  ),
  row(
    "tidy",
    tape.tidy,
    functionArg("body", () => () => 1),
  ),
  row(
    "Tensor.detach",
    (options: tape.DetachOptions) => tensor([1, 2]).detach(options),
    optional(optionsArg("options", optional(textArg("reason", () => "a constant")))),
  ),
  row(
    "record",
    tape.record,
    optionsArg(
      "options",
      textArg("operation", () => "double"),
      listArg(
        "inputs",
        tensorArg("inputs", () => tensor([1, 2])),
        1,
      ),
      shapeArg("shape", () => [2]),
      floatsArg("data", () => record.data),
      // Looked at in every operation: too often to see whether it is a class.
      alsoAccepts(
        functionArg("backward", () => record.backward),
        "class",
      ),
      optional(flagArg("zeroDerivative", () => false)),
      optional(
        alsoAccepts(
          fixedArg("settings", () => ({ axis: 1 })),
          "emptyObject",
          "frozen",
        ),
      ),
    ),
  ),
  row(
    "checkGradient",
    tape.checkGradient,
    functionArg("body", () => (one: tape.Tensor) => sum(one)),
    listArg(
      "inputs",
      tensorArg("inputs", () => tensor([1, 2], { dtype: "float64" })),
      1,
    ),
  ),
  row(
    "assertFinite",
    tape.assertFinite,
    textArg("where", () => "here"),
    tensorArg("output", () => tensor([1, 2])),
  ),
];
