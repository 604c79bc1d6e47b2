/** Training looks: samples, fitting, measuring, greys. */

import {
  CHART_COLOURS,
  CHART_SIDE,
  type ColourPicture,
  chartLut,
  drawChart,
  readChart,
} from "../../src/chart/index.js";
import { identityCube, type Lut } from "../../src/colour/index.js";
import { GREYS } from "../../src/fit/grey-source.js";
import * as fit from "../../src/fit/index.js";
import { matchPair } from "../../src/pairs/index.js";
import { lookOf, schemaOf, WARMTH } from "../look/look-samples.js";
import {
  type Argument,
  aboveZeroArg,
  alsoAccepts,
  bytesArg,
  countArg,
  fixedArg,
  flagArg,
  float32Arg,
  functionArg,
  listArg,
  notNegativeArg,
  optional,
  optionsArg,
  type Row,
  row,
  signalArg,
  sizeArg,
  textArg,
} from "./row.js";
import { lutArg } from "./rows-colour.js";
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
        "frozen",
      ),
    ),
  ),
  1,
);
const training = { source: "test", steps: 1, batch: 2, learningRate: 0.01, loss: "mse", seed: 0, samples: 1 };
const on = textArg("on", () => "lattice");
const source = optionsArg(
  "source",
  float32Arg("ramp", () => new Float32Array(3 * GREYS)),
  flagArg("isMonochrome", () => false),
);
const rhythm = (name: string, call: string) =>
  optional(
    optionsArg(
      name,
      sizeArg("every", () => 1),
      functionArg(call, () => () => undefined),
    ),
  );
const fitOptions = optionsArg(
  "options",
  optional(
    alsoAccepts(
      fixedArg("knobs", () => [WARMTH]),
      "emptyList",
    ),
  ),
  optional(fixedArg("quality", () => "draft")),
  optional(sizeArg("size", () => 20)),
  optional(sizeArg("channels", () => 2)),
  optional(
    alsoAccepts(
      sizeArg("hidden", () => 1),
      "zero",
    ),
  ),
  optional(
    optionsArg(
      "generator",
      optional(fixedArg("kind", () => "full")),
      alsoAccepts(
        listArg(
          "hidden",
          sizeArg("hidden", () => 2),
        ),
        "wholes",
        "manyWholes",
      ),
      optional(fixedArg("activation", () => "relu")),
    ),
  ),
  optional(sizeArg("steps", () => 1)),
  optional(sizeArg("batch", () => 4)),
  optional(notNegativeArg("learningRate", () => 0.01)),
  optional(fixedArg("loss", () => "mse")),
  optional(countArg("seed", () => 1)),
  optional(flagArg("balance", () => false)),
  optional(optionsArg("test", on, examples)),
  textArg("source", () => "test"),
  optional(fixedArg("signal", () => new AbortController().signal)),
  optional(
    alsoAccepts(
      aboveZeroArg("timeLimit", () => 1),
      "infinite",
    ),
  ),
  optional(functionArg("onProgress", () => () => undefined)),
  optional(functionArg("history", () => () => undefined)),
  rhythm("watch", "record"),
  rhythm("checkpoint", "save"),
);
const resume = optional({ ...bytesArg("resume", () => undefined) });

const lut: Lut = { stages: [identityCube(2)] };
/** Photos that decoders make: more names than these do no harm. */
const view = (name: string): Argument => ({
  name,
  valid: () => ({ width: 2, height: 1, channels: 3, data: new Uint8Array(6) }),
  accepts: [],
});
/** The chart at a quarter of its size: patches of four pixels. */
const smallChart = (): ColourPicture => {
  const [step, side] = [4, CHART_SIDE / 4];
  const drawn = drawChart();
  const planes = Float32Array.from({ length: 3 * side * side }, (_, at) => {
    const pixel = at % (side * side);
    const [x, y] = [step * (pixel % side) + 2, step * Math.floor(pixel / side) + 2];
    return (drawn[3 * (y * CHART_SIDE + x) + Math.floor(at / (side * side))] as number) / 255;
  });
  return { width: side, height: side, planes };
};
const chartOnce = smallChart();
const picture: Argument = { name: "picture", valid: () => chartOnce, accepts: [] };
const chartValues: Argument = {
  name: "values",
  valid: () => new Float32Array(3 * CHART_COLOURS).fill(0.5),
  accepts: [],
};
const parts: Argument = {
  name: "parts",
  valid: () => [colours],
  accepts: ["emptyList"],
  entry: samples("parts"),
};

const groups: Argument = {
  ...parts,
  name: "groups",
  valid: () => [colours, colours],
  accepts: [],
  entry: samples("groups"),
};

export const fitRows: readonly Row[] = [
  row(
    "samplePair",
    fit.samplePair,
    view("before"),
    view("after"),
    optionsArg(
      "options",
      countArg("seed", () => 1),
      optional(countArg("index", () => 0)),
      optional(
        alsoAccepts(
          sizeArg("limit", () => 2),
          "infinite",
        ),
      ),
    ),
  ),
  row(
    "matchPair",
    matchPair,
    view("before"),
    view("after"),
    optional(
      optionsArg(
        "names",
        optional(textArg("before", () => "a.png")),
        optional(textArg("after", () => "b.png")),
      ),
    ),
  ),
  row("drawChart", drawChart),
  row("readChart", readChart, picture, optional(textArg("name", () => "chart.png"))),
  row("chartLut", chartLut, chartValues),
  row(
    "sampleChart",
    fit.sampleChart,
    chartValues,
    optionsArg(
      "options",
      countArg("seed", () => 1),
    ),
  ),
  row("concatSamples", fit.concatSamples, parts),
  row(
    "sampleLut",
    fit.sampleLut,
    lutArg("lut", () => lut),
    optionsArg(
      "options",
      countArg("seed", () => 1),
      optional(sizeArg("count", () => 8)),
    ),
  ),
  row(
    "latticeSamples",
    fit.latticeSamples,
    lutArg("lut", () => lut),
  ),
  row(
    "greySourceOfLut",
    fit.greySourceOfLut,
    lutArg("lut", () => lut),
    samples("samples"),
  ),
  row("fitLook", fit.fitLook, examples, {
    ...fitOptions,
    fields: [...(fitOptions.fields ?? []), resume],
  }),
  { ...row("fitSteps", fit.fitSteps, examples, fitOptions), alias: "fitLook" },
  row("measureLook", fit.measureLook, lookArg, examples, on),
  {
    ...row(
      "crossValidate",
      fit.crossValidate,
      groups,
      { ...fitOptions, fields: [...(fitOptions.fields ?? []), resume] },
      on,
    ),
    alias: "fitLook",
  },
  row("errorByDistance", fit.errorByDistance, lookArg, examples),
  row("measureKnobs", fit.measureKnobs, lookArg, examples),
  row("measureGreys", fit.measureGreys, networkArg, source, samples("samples")),
  row("greySourceOfSamples", fit.greySourceOfSamples, samples("samples")),
  row(
    "protectLook",
    fit.protectLook,
    { ...lookArg, valid: () => lookOf() },
    optionsArg(
      "options",
      listArg(
        "protect",
        fixedArg("protect", () => "skin"),
        0,
      ),
      samples("training"),
      optionsArg("test", on, samples("samples")),
    ),
  ),
  row(
    "repairGreys",
    fit.repairGreys,
    { ...lookArg, valid: () => lookOf() },
    optionsArg("options", source, samples("training"), optionsArg("test", on, samples("samples"))),
  ),
  row(
    "repairKnobGreys",
    fit.repairKnobGreys,
    // A tenth of its training is done again.
    { ...lookArg, valid: () => lookOf({ ...schemaOf(), training }) },
    optionsArg(
      "options",
      { ...examples, name: "training" },
      listArg("greys", source, 1),
      optionsArg("test", on, { ...examples, name: "examples" }),
      optional(signalArg("signal", () => new AbortController().signal)),
    ),
  ),
  row(
    "worstGreys",
    fit.worstGreys,
    listArg(
      "records",
      fixedArg("records", () => ({ fall: 0, fallAt: 0, tint: null })),
    ),
  ),
];
