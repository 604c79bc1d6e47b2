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
const tableArg = (name: string, rows: number): Argument =>
  optional(
    optionsArg(
      name,
      // Of any number it is said whether the table is of its size.
      numberArg("size", () => 2),
      float32Arg("table", () => Float32Array.from({ length: 3 * rows }, (_, at) => at / (3 * rows))),
      triple("domainMin", () => [0, 0, 0]),
      triple("domainMax", () => [1, 1, 1]),
    ),
  );

/** A lookup table; one without tables changes nothing. */
export function lutArg(name: string, valid: () => colour.Lut): Argument {
  const fields = [optional(textArg("title", () => "a look")), tableArg("shaper", 2), tableArg("cube", 8)];
  return { ...optionsArg(name, ...fields), valid: () => ({ ...valid() }) };
}

const both = (a: string, b: string) => [a, b].map((name) => floatsArg(name, () => new Float32Array(6)));
const layout = optional(fixedArg("layout", () => "planar"));
const lab = ["l1", "a1", "b1", "l2", "a2", "b2"].map((name) => numberArg(name, () => 50));
const lut = (): colour.Lut => ({ cube: colour.identityCube(2) });

export const colourRows: readonly Row[] = [
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
