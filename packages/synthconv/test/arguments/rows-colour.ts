/** Colours, and lookup tables as values. */
import * as colour from "../../src/colour/index.js";
import {
  type Argument,
  fixedArg,
  float32Arg,
  floatsArg,
  listArg,
  nothing,
  numberArg,
  optional,
  optionsArg,
  type Row,
  row,
  sizeArg,
  textArg,
} from "./row.js";

const triple = (name: string, values: () => readonly number[]): Argument => ({
  ...listArg(
    name,
    numberArg(name, () => 0),
    3,
  ),
  valid: values,
  accepts: [],
});
const tableArg = (name: string, kind: string, rows: number): Argument =>
  optionsArg(
    name,
    fixedArg("kind", () => kind),
    // Of any number it is said whether the table is of its size.
    numberArg("size", () => 2),
    float32Arg("table", () => Float32Array.from({ length: 3 * rows }, (_, at) => at / (3 * rows))),
    triple("domainMin", () => [0, 0, 0]),
    triple("domainMax", () => [1, 1, 1]),
  );

/** A transform; one without stages changes nothing. */
export function lutArg(name: string, valid: () => colour.Lut): Argument {
  const fields = [
    optional(textArg("title", () => "a look")),
    listArg("stages", tableArg("stages", "lut3d", 8), 1),
  ];
  return { ...optionsArg(name, ...fields), valid: () => ({ ...valid() }) };
}

const both = (a: string, b: string) => [a, b].map((name) => floatsArg(name, () => new Float32Array(6)));
const layout = optional(fixedArg("layout", () => "planar"));
const lab = ["l1", "a1", "b1", "l2", "a2", "b2"].map((name) => numberArg(name, () => 50));
const lut = (): colour.Lut => ({ stages: [colour.identityCube(2)] });

export const colourRows: readonly Row[] = [
  row("tablesOf", colour.tablesOf, lutArg("lut", lut)),
  row(
    "lutOfTables",
    colour.lutOfTables,
    optionsArg("tables", optional(tableArg("shaper", "lut1d", 2)), optional(tableArg("cube", "lut3d", 8))),
    optional(textArg("title", () => "a look")),
  ),
  row("compareColours", colour.compareColours, ...both("a", "b"), layout),
  row("psnr", colour.psnr, ...both("a", "b")),
  {
    ...row(
      "ColourComparison.add",
      (a: Float32Array, b: Float32Array, given: colour.PixelLayout) =>
        new colour.ColourComparison().add(a, b, given),
      ...both("a", "b"),
      layout,
    ),
    alias: "compareColours",
  },
  ...nothing("ColourComparison", "ColourComparison.result"),
  row("deltaE76", colour.deltaE76, ...lab),
  row("deltaE2000", colour.deltaE2000, ...lab),
  row(
    "rgbToLab",
    colour.rgbToLab,
    floatsArg("rgb", () => new Float32Array(6)),
    layout,
  ),
  ...nothing("COLOUR_SPACES.toLight", "COLOUR_SPACES.fromLight"),
  row(
    "colourSpaceNamed",
    colour.colourSpaceNamed,
    fixedArg("name", () => "linear"),
  ),
  row(
    "convertColours",
    colour.convertColours,
    float32Arg("colours", () => new Float32Array(6)),
    fixedArg("from", () => "srgb"),
    fixedArg("to", () => "arri-logc4"),
  ),
  row(
    "linearToSrgb",
    colour.linearToSrgb,
    numberArg("light", () => 0.5),
  ),
  row(
    "srgbToLinear",
    colour.srgbToLinear,
    numberArg("encoded", () => 0.5),
  ),
  row(
    "identityCube",
    colour.identityCube,
    sizeArg("size", () => 3),
  ),
  {
    ...row(
      "LutSampler",
      (given: colour.Lut, interpolation: colour.Interpolation, where: string) =>
        new colour.LutSampler(given, interpolation, where),
      lutArg("lut", lut),
      optional(fixedArg("interpolation", () => "trilinear")),
      optional(textArg("where", () => "here")),
    ),
    alias: "here",
  },
  row(
    "LutSampler.apply",
    (source: Float32Array, target: Float32Array, given: colour.PixelLayout) =>
      new colour.LutSampler(lut()).apply(source, target, given),
    ...both("source", "target"),
    layout,
  ),
];
