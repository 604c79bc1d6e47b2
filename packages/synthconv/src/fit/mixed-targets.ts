/** What colours should become between the settings of examples: from what they become at these settings. */
import type { FloatArray } from "../core/float-array.js";
import { type PixelNetwork, pixelNetworkForward } from "../kernels/index.js";
import { clampToUnit } from "../look/index.js";
import type { ColourBatches } from "./batches.js";
import type { FitCondition, FitExample } from "./examples.js";
import { fingerprintOf } from "./fingerprint.js";
import { interpolate, type KnobPoint } from "./interpolate.js";
import type { MixedCondition, Neighbour } from "./knob-lines.js";

/** Of each example the first that has the very same colours before: a LUT of the same seed, a pair of one photo before. */
export function firstWithSameColours(examples: readonly FitExample[]): number[] {
  const seen = new Map<string, number>();
  return examples.map(({ samples: { input } }, index) => {
    const key = `${input.length}:${fingerprintOf([input])}`;
    const first = seen.get(key) ?? index;
    seen.set(key, first);
    return first;
  });
}

export interface MixedBatch {
  readonly mixed: MixedCondition;
  /** The colours before, `[3,n]`, those of a batch of this example. */
  readonly image: FloatArray;
  readonly example: number;
  readonly batch: number;
}

/** The targets of mixed conditions. */
export class MixedTargets {
  readonly #batches: readonly ColourBatches[];
  readonly #sameColours: readonly number[];

  /** @param batches of each example; those of the same colours are cut alike. */
  constructor(batches: readonly ColourBatches[], sameColours: readonly number[]) {
    this.#batches = batches;
    this.#sameColours = sameColours;
  }

  /**
   * At the settings beside it a colour becomes what the example there says of that very colour, and where none does, what
   * the look makes of it by now: that follows the examples as it learns them.
   *
   * @param networkAt the network that the look writes by now.
   * @returns `[3,n]`
   */
  targetOf(batch: MixedBatch, networkAt: (condition: FitCondition) => PixelNetwork): FloatArray {
    const { mixed } = batch;
    const points = mixed.neighbours.map((neighbour): KnobPoint => {
      return { at: neighbour.at, planes: this.#planesAt(neighbour, batch, networkAt) };
    });
    // The last neighbour at or below the condition: the curve runs from there to the next.
    const low = Math.max(
      0,
      points.findLastIndex(({ at }) => at <= mixed.at),
    );
    return interpolate({
      at: mixed.at,
      before: points[low - 1],
      low: points[low] as KnobPoint,
      high: points[low + 1] as KnobPoint,
      after: points[low + 2],
    });
  }

  #planesAt(
    { example, settings }: Neighbour,
    { mixed, image, example: own, batch }: MixedBatch,
    networkAt: (condition: FitCondition) => PixelNetwork,
  ): FloatArray {
    if (example !== undefined && this.#sameColours[example] === this.#sameColours[own]) {
      return (this.#batches[example] as ColourBatches).at(batch).target;
    }
    const { style } = mixed;
    const network = networkAt({ settings, ...(style !== undefined && { style }) });
    const output = new Float32Array(image.length);
    pixelNetworkForward({ network, image: Float32Array.from(image), pixels: image.length / 3, output });
    return clampToUnit(output);
  }
}
