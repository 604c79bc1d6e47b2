import type { Lut } from "../colour/index.js";
import { check } from "../core/arguments.js";
import { type Kind, kind } from "../core/kinds.js";
import { COLOURS, LEVELS, levelsOf } from "./layout.js";

/** What the functions below take. */
export const CHART_VALUES: Kind<Float32Array> = kind(
  `the values of a chart, a Float32Array of ${3 * COLOURS} numbers`,
  (value) => value instanceof Float32Array && value.length === 3 * COLOURS,
  () => "readChart(picture).values are such.",
);

/**
 * The chart's lattice as a LUT, `[16,16,16]`; undefined where a part of it was cropped away.
 *
 * @param values of `readChart`, planar `[3,4096]`.
 * @throws {ValueError} when they are none.
 */
export function chartLut(values: Float32Array): Lut | undefined {
  check("chartLut", "values", values, CHART_VALUES);
  if (values.some(Number.isNaN)) return undefined;
  const table = new Float32Array(3 * COLOURS);
  for (let colour = 0; colour < COLOURS; colour++) {
    const [red, green, blue] = levelsOf(colour);
    const node = red + LEVELS * (green + LEVELS * blue);
    for (let channel = 0; channel < 3; channel++) {
      table[3 * node + channel] = values[channel * COLOURS + colour] as number;
    }
  }
  return {
    stages: [{ kind: "lut3d", size: LEVELS, table, domainMin: [0, 0, 0], domainMax: [1, 1, 1] }],
  };
}
