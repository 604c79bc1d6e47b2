/** The encodings that looks and photos can have, by name. */
import { check } from "../../core/arguments.js";
import { ShapeError } from "../../core/errors.js";
import { FLOAT32, type Kind, oneOf } from "../../core/kinds.js";
import { formatShape } from "../../core/shape.js";
import { CAMERA_SPACES } from "./camera-spaces.js";
import { relativeToWhite } from "./chromaticities.js";
import type { ColourSpace } from "./colour-space.js";
import { DISPLAY_SPACES, SRGB } from "./display-spaces.js";
import { invert3, multiply3, multiplyPlanes } from "./matrix3.js";

/** Those of displays first, then linear light, then logarithms; sRGB is the first. */
export const COLOUR_SPACES: readonly ColourSpace[] = [...DISPLAY_SPACES, ...CAMERA_SPACES];

export const colourSpaceNames: readonly string[] = COLOUR_SPACES.map(({ name }) => name);

export const COLOUR_SPACE_NAME: Kind<string> = oneOf(colourSpaceNames);

/** @throws {ValueError} for a name that is none of `COLOUR_SPACES`, with the nearest one. */
export function colourSpaceNamed(name: string): ColourSpace {
  check("colourSpaceNamed", "name", name, COLOUR_SPACE_NAME);
  return COLOUR_SPACES.find((space) => space.name === name) ?? SRGB;
}

/** Linear RGB of one space to that of another, `[3,3]` row by row; both relative to their white, so greys stay grey. */
export function matrixBetween(from: Pick<ColourSpace, "matrix">, to: Pick<ColourSpace, "matrix">): number[] {
  return multiply3(invert3(relativeToWhite(to.matrix)), relativeToWhite(from.matrix));
}

/**
 * Colours of one space as those of another, in place. Nothing is clipped: what the other cannot hold lies below 0 or above 1.
 * Whites become each other (Bradford's adaptation).
 *
 * @param colours encoded, planar `[3,P]`, 0 to 1 or beyond.
 * @param from and `to`: names of `COLOUR_SPACES`.
 * @throws {ShapeError} when they are not three planes.
 * @throws {ValueError} for another name, or when they are no Float32Array.
 */
export function convertColours(colours: Float32Array, from: string, to: string): void {
  check("convertColours", "colours", colours, FLOAT32);
  check("convertColours", "from", from, COLOUR_SPACE_NAME);
  check("convertColours", "to", to, COLOUR_SPACE_NAME);
  if (colours.length % 3 !== 0) {
    throw new ShapeError({
      where: "convertColours colours",
      expected: "three planes, [3,P]",
      received: formatShape([colours.length]),
    });
  }
  if (from === to) return;
  const [source, target] = [colourSpaceNamed(from), colourSpaceNamed(to)];
  for (let i = 0; i < colours.length; i++) colours[i] = source.toLight(colours[i] as number);
  multiplyPlanes(colours, matrixBetween(source, target));
  for (let i = 0; i < colours.length; i++) colours[i] = target.fromLight(colours[i] as number);
}
