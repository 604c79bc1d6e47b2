/** Looks: files, knobs, applying, baking. */
import {
  exportNetwork,
  lookToOnnx,
  networkInPyTorch,
  networkToOnnx,
  networkToSafetensors,
} from "../../src/export/index.js";
import * as look from "../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "../look/look-samples.js";
import {
  type Argument,
  alsoAccepts,
  bytesArg,
  countArg,
  finiteArg,
  fixedArg,
  flagArg,
  float32Arg,
  floatsArg,
  listArg,
  nothing,
  optional,
  optionsArg,
  type Row,
  row,
  shareArg,
  sizeArg,
  textArg,
} from "./row.js";

const one = lookOf(schemaOf({ condition: [WARMTH] }));
const LINK = look.lookToLink(one).text;
const NOTHING_SEEN = look.coverageOf([]);
const layer = optionsArg(
  "layer",
  sizeArg("inputs", () => 3),
  sizeArg("outputs", () => 3),
  floatsArg("weight", () => new Float32Array(9).fill(0.1)),
  optional(floatsArg("bias", () => new Float32Array(3))),
  fixedArg("activation", () => "none"),
  optional(finiteArg("negativeSlope", () => 0.01)),
);
export const networkArg: Argument = optionsArg(
  "network",
  listArg("layers", layer, 1),
  flagArg("residual", () => true),
);
const strength = optional({ ...shareArg("strength", () => 0.5), accepts: ["zero", "fraction"] });
const pixels: Argument = { name: "pixels", valid: () => new Uint8Array(6), accepts: ["bytes", "float32"] };
const channels: Argument = { name: "channels", valid: () => 3, accepts: ["whole"] };
const summary = (name: string): Argument =>
  optionsArg(name, ...["mean", "p95", "max"].map((field) => finiteArg(field, () => 1)));
const schema = optionsArg(
  "schema",
  listArg(
    "condition",
    optionsArg(
      "condition",
      textArg("name", () => WARMTH.name),
      finiteArg("minimum", () => WARMTH.minimum),
      finiteArg("maximum", () => WARMTH.maximum),
      finiteArg("default", () => WARMTH.default),
      optional(textArg("description", () => "how warm it is")),
    ),
    1,
  ),
  optionsArg(
    "network",
    fixedArg("channels", () => one.schema.network.channels),
    fixedArg("activation", () => "relu"),
    flagArg("residual", () => true),
  ),
  optionsArg(
    "generator",
    optional(fixedArg("kind", () => "full")),
    alsoAccepts(
      listArg(
        "hidden",
        sizeArg("hidden", () => 1),
        0,
      ),
      "wholes",
      "manyWholes",
    ),
    optional(fixedArg("activation", () => "relu")),
  ),
  fixedArg("colourSpace", () => "srgb"),
  optional(
    optionsArg(
      "training",
      textArg("source", () => "test"),
      ...["steps", "batch"].map((name) => countArg(name, () => 1)),
      finiteArg("learningRate", () => 0.1),
      textArg("loss", () => "mse"),
      ...["seed", "samples"].map((name) => countArg(name, () => 1)),
    ),
  ),
  optional(
    optionsArg(
      "error",
      textArg("on", () => "lattice"),
      countArg("colours", () => 1),
      alsoAccepts(
        finiteArg("psnr", () => 40),
        "null",
      ),
      summary("deltaE76"),
      summary("deltaE2000"),
    ),
  ),
);
export const lookArg: Argument = optionsArg(
  "look",
  schema,
  fixedArg("parameters", () => one.parameters),
);
const settings = optional(optionsArg("settings", optional(finiteArg("warmth", () => 3))));
const style = optional(fixedArg("style", () => undefined));
const onnxOptions = optional(
  optionsArg(
    "options",
    strength,
    optional(textArg("name", () => "film")),
    optional(textArg("note", () => "a note")),
  ),
);
const pyTorchOptions = optional(optionsArg("options", strength, optional(textArg("note", () => "a note"))));
/** Beside what a look is frozen at. */
function linkOptions(at: Argument): Argument {
  return optionsArg("options", optional(textArg("base", () => "https://example.org/")), strength, at);
}

export const lookRows: readonly Row[] = [
  row(
    "SeenColours",
    (coverage: look.Coverage) => new look.SeenColours(coverage),
    optionsArg(
      "coverage",
      fixedArg("cells", () => NOTHING_SEEN.cells),
    ),
  ),
  row(
    "SeenColours.countUnseen",
    (colours: Float32Array) => new look.SeenColours(NOTHING_SEEN).countUnseen(colours),
    float32Arg("colours", () => new Float32Array(6)),
  ),
  row(
    "SeenColours.distancesOf",
    (colours: Float32Array) => new look.SeenColours(NOTHING_SEEN).distancesOf(colours),
    float32Arg("colours", () => new Float32Array(6)),
  ),
  row(
    "applyNetwork",
    look.applyNetwork,
    networkArg,
    pixels,
    optionsArg(
      "options",
      channels,
      strength,
      optional(
        optionsArg(
          "dither",
          sizeArg("width", () => 2),
        ),
      ),
    ),
  ),
  row(
    "applyNetworkToPlanes",
    look.applyNetworkToPlanes,
    networkArg,
    float32Arg("image", () => new Float32Array(6)),
    float32Arg("output", () => new Float32Array(6)),
    strength,
  ),
  row("isIdentity", look.isIdentity, networkArg),
  row("measureGuarantees", look.measureGuarantees, networkArg, optional(optionsArg("options", strength))),
  row(
    "bakeNetwork",
    look.bakeNetwork,
    networkArg,
    optional(
      optionsArg(
        "options",
        optional(sizeArg("size", () => 2)),
        strength,
        optional(textArg("title", () => "a look")),
      ),
    ),
  ),
  row(
    "exportNetwork",
    exportNetwork,
    networkArg,
    fixedArg("language", () => "glsl"),
    optional(
      optionsArg(
        "options",
        optional(fixedArg("name", () => "look")),
        strength,
        optional(
          alsoAccepts(
            listArg(
              "comments",
              textArg("comments", () => "a note"),
            ),
            "texts",
          ),
        ),
      ),
    ),
  ),
  row("networkToOnnx", networkToOnnx, networkArg, onnxOptions),
  row("networkToSafetensors", networkToSafetensors, networkArg, pyTorchOptions),
  row(
    "networkInPyTorch",
    networkInPyTorch,
    networkArg,
    optionsArg(
      "options",
      textArg("file", () => "film.safetensors"),
      strength,
    ),
  ),
  row("lookToOnnx", lookToOnnx, lookArg, onnxOptions),
  // They write what exportNetwork has checked.
  ...nothing("NETWORK_EXPORTERS.write", "NETWORK_EXPORTERS.usage"),
  row(
    "parseLook",
    look.parseLook,
    bytesArg("bytes", () => look.serializeLook(one)),
    textArg("name", () => "a look"),
  ),
  row("serializeLook", look.serializeLook, lookArg),
  {
    ...row("lookToLink", look.lookToLink, lookArg, optional(linkOptions(settings))),
    alias: "knob",
  },
  { ...row("lookToLink", look.lookToLink, lookArg, optional(linkOptions(style))), alias: "style" },
  row(
    "lookFromLink",
    look.lookFromLink,
    textArg("text", () => LINK),
  ),
  row(
    "readLookLink",
    look.readLookLink,
    textArg("text", () => LINK),
  ),
  row(
    "isLink",
    look.isLink,
    textArg("text", () => LINK),
  ),
  row("lookLayout", look.lookLayout, schema),
  { ...row("synthesize", look.synthesize, lookArg, settings), alias: "knob" },
  {
    ...row(
      "synthesize",
      (given: look.Look, asked?: look.StyleBlend) => look.synthesize(given, {}, asked),
      lookArg,
      style,
    ),
    alias: "style",
  },
];
