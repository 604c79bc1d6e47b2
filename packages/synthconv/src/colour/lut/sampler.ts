import { check, type FloatArray, STRING } from "../../core/index.js";
import { checkSameLength, type PixelLayout, pixelStrides } from "../pixels.js";
import { checkLut, type Lut, prepareStage } from "./lut.js";
import type { MapColour } from "./stages/stage.js";
import { INTERPOLATION, type Interpolation } from "./tables.js";

/**
 * A transform made ready to sample: checked once, stages that change nothing left out.
 *
 * Colours outside a table's domain are clamped to it, channel by channel. A table that is the identity to the
 * six decimals of a .cube file is treated as exactly that, so an identity LUT returns the very bits it was given
 * (within its domain). NaN stays NaN.
 */
export class LutSampler {
  readonly #stages: readonly MapColour[];

  /**
   * @param interpolation of lattices that name none.
   * @param where who is named when a stage is refused.
   * @throws {ValueError | ShapeError | NonFiniteError} when a stage is not sound, see `checkLut`, or the interpolation
   *   another.
   */
  constructor(lut: Lut, interpolation: Interpolation = "tetrahedral", where = "LutSampler") {
    check("LutSampler", "where", where, STRING);
    checkLut(where, lut);
    check(where, "interpolation", interpolation, INTERPOLATION);
    this.#stages = lut.stages
      .map((stage) => prepareStage(stage, interpolation))
      .filter((map) => map !== undefined);
  }

  /**
   * Maps N colours from `source` to `target`, which may be the same array.
   *
   * @throws {ShapeError} when the lengths differ or are no multiple of 3.
   * @throws {ValueError} for arrays of another kind and another layout.
   */
  apply(source: FloatArray, target: FloatArray, layout: PixelLayout = "interleaved"): void {
    checkSameLength("LutSampler.apply", "source", source, "target", target);
    const { count, pixel, channel } = pixelStrides("LutSampler.apply", source, layout);
    const colour = new Float64Array(3);
    for (let index = 0, red = 0; index < count; index++, red += pixel) {
      colour[0] = source[red] as number;
      colour[1] = source[red + channel] as number;
      colour[2] = source[red + 2 * channel] as number;
      for (const stage of this.#stages) stage(colour);
      target[red] = colour[0] as number;
      target[red + channel] = colour[1] as number;
      target[red + 2 * channel] = colour[2] as number;
    }
  }
}
