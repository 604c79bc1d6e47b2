/** Training looks: samples, fitting, measuring, greys. */

import { GREYS } from "../../src/fit/grey-source.js";
import * as fit from "../../src/fit/index.js";
import { lookOf, WARMTH } from "../look/look-samples.js";
import {
  alsoAccepts,
  bytesArg,
  fixedArg,
  flagArg,
  float32Arg,
  functionArg,
  listArg,
  numberArg,
  optional,
  optionsArg,
  type Row,
  row,
  sizeArg,
  textArg,
} from "./row.js";
import { lookArg, networkArg } from "./rows-look.js";

const colours = { input: Float32Array.of(0, 0.5, 1), target: Float32Array.of(0, 0.6, 1) };
/** Records that programs make: more names than these do no harm. */
const samples = (name: string) => fixedArg(name, () => colours);
const examples = listArg(
  "examples",
  optionsArg(
    "examples",
    samples("samples"),
    optional(
      alsoAccepts(
        fixedArg("settings", () => ({})),
        "emptyObject",
      ),
    ),
  ),
  1,
);
const on = textArg("on", () => "lattice");
const source = optionsArg(
  "source",
  float32Arg("ramp", () => new Float32Array(3 * GREYS)),
  flagArg("isMonochrome", () => false),
);
const fitOptions = optionsArg(
  "options",
  optional(
    alsoAccepts(
      fixedArg("knobs", () => [WARMTH]),
      "emptyList",
    ),
  ),
  optional(sizeArg("channels", () => 2)),
  optional(
    alsoAccepts(
      sizeArg("hidden", () => 1),
      "zero",
    ),
  ),
  optional(fixedArg("generator", () => ({ hidden: [2], activation: "relu" }))),
  optional(numberArg("steps", () => 1)),
  optional(sizeArg("batch", () => 4)),
  optional(numberArg("learningRate", () => 0.01)),
  optional(fixedArg("loss", () => "mse")),
  optional(numberArg("seed", () => 1)),
  optional(flagArg("balance", () => false)),
  optional(optionsArg("test", on, examples)),
  textArg("source", () => "test"),
  optional(fixedArg("signal", () => new AbortController().signal)),
  optional(numberArg("timeLimit", () => 1)),
  optional(functionArg("onProgress", () => () => undefined)),
  optional(functionArg("history", () => () => undefined)),
  optional(fixedArg("watch", () => ({ every: 1, record: () => undefined }))),
  optional(fixedArg("checkpoint", () => ({ every: 1, save: () => undefined }))),
);
const resume = optional({ ...bytesArg("resume", () => undefined) });

export const fitRows: readonly Row[] = [
  row("fitLook", fit.fitLook, examples, {
    ...fitOptions,
    fields: [...(fitOptions.fields ?? []), resume],
  }),
  row("measureLook", fit.measureLook, lookArg, examples, on),
  row("measureGreys", fit.measureGreys, networkArg, source, samples("samples")),
  row("greySourceOfSamples", fit.greySourceOfSamples, samples("samples")),
  row(
    "repairGreys",
    fit.repairGreys,
    { ...lookArg, valid: () => lookOf() },
    optionsArg("options", source, samples("training"), optionsArg("test", on, samples("samples"))),
  ),
];
