/** A lattice of colours, interpolated between its nodes. */
import { optional } from "../../../core/index.js";
import { type CellInterpolation, interpolateTetrahedral, interpolateTrilinear } from "../interpolation.js";
import {
  checkTable,
  INTERPOLATION,
  type Interpolation,
  isIdentityCube,
  type Lut3D,
  TABLE_FIELDS,
} from "../tables.js";
import { clamp, clampToDomain } from "./clamp.js";
import { kindNamed, type MapColour, type StageKind } from "./stage.js";

export const lut3d: StageKind<Lut3D> = {
  kind: "lut3d",
  fields: { kind: kindNamed("lut3d"), ...TABLE_FIELDS, interpolation: optional(INTERPOLATION) },
  check: (where, cube) => checkTable(where, cube, [cube.size, cube.size, cube.size, 3]),
  prepare: (cube, interpolation) =>
    isIdentityCube(cube) ? clampToDomain(cube) : mapThrough(cube, cube.interpolation ?? interpolation),
};

function mapThrough(cube: Lut3D, interpolation: Interpolation): MapColour {
  const { size, table } = cube;
  const [minRed, minGreen, minBlue] = cube.domainMin;
  const [maxRed, maxGreen, maxBlue] = cube.domainMax;
  const steps = size - 1;
  const strides = { red: 3, green: 3 * size, blue: 3 * size * size };
  const interpolate: CellInterpolation =
    interpolation === "trilinear" ? interpolateTrilinear : interpolateTetrahedral;
  return (colour) => {
    const red = ((clamp(colour[0] as number, minRed, maxRed) - minRed) / (maxRed - minRed)) * steps;
    const green =
      ((clamp(colour[1] as number, minGreen, maxGreen) - minGreen) / (maxGreen - minGreen)) * steps;
    const blue = ((clamp(colour[2] as number, minBlue, maxBlue) - minBlue) / (maxBlue - minBlue)) * steps;
    const cellRed = Math.min(Math.trunc(red), size - 2);
    const cellGreen = Math.min(Math.trunc(green), size - 2);
    const cellBlue = Math.min(Math.trunc(blue), size - 2);
    const origin = cellRed * strides.red + cellGreen * strides.green + cellBlue * strides.blue;
    interpolate(table, strides, origin, red - cellRed, green - cellGreen, blue - cellBlue, colour);
  };
}
