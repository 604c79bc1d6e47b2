/**
 * Trained weights whose input channels a condition scales (Karras et al., "Analyzing and improving the image quality of
 * StyleGAN", CVPR 2020, eq. 1 and 3): w'[o,i,...] = s_i w[o,i,...]; demodulated, w' is divided by
 * sqrt(sum over i,... of w'^2 + 1e-8). Biases are trained and the same for every condition.
 *
 * Parameters: `base` [N]; those of the perceptron, whose head writes s - 1 for the input channels of each weight.
 */
import * as v from "valibot";
import { BOOLEAN, oneOf, optional } from "../core/index.js";
import { channelAxes, inLayout } from "./channels.js";
import { startVariance } from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { HIDDEN, hiddenInFile, perceptron } from "./perceptron.js";
import { cutIntoPlaces } from "./places.js";
import { baseOf, scaledInitializers, scaledParameters } from "./scales.js";

export interface ModulationSettings {
  readonly kind: "modulation";
  /** Widths of the fully connected layers between the condition and the scales. */
  readonly hidden: readonly number[];
  /** Default true. The weights then have a mean square of 1 / fanIn, whatever they start with. */
  readonly demodulate?: boolean | undefined;
}

const EPSILON = 1e-8;

export const modulation: GeneratorKind<ModulationSettings> = {
  settings: v.object({
    kind: v.literal("modulation"),
    hidden: hiddenInFile,
    demodulate: v.optional(v.boolean()),
  }),

  fields: { kind: oneOf(["modulation"]), hidden: HIDDEN, demodulate: optional(BOOLEAN) },

  describe({ hidden, demodulate = true }, { conditionLength, places }) {
    const channels = places.map(({ inputs, isBias }) => (isBias ? 0 : inputs));
    const scales = channels.reduce((sum, count) => sum + count, 0);
    const network = perceptron(conditionLength, hidden, scales);
    return {
      summary: `input channels scaled${demodulate ? " and demodulated" : ""}, fully connected ${network.widths}, relu`,
      parameters: scaledParameters(places, network),
      targetVariance: (start, place) =>
        demodulate && !place.isBias ? 1 / channelAxes(place).terms : startVariance(start, place),
      initializers: (start) => scaledInitializers(start, places, network),
      isShared: ({ isBias }) => isBias,
      scaledBy: (place) => (demodulate && !place.isBias ? [] : [baseOf(place)]),
      forward(arithmetic, parameter, condition) {
        const base = parameter("base");
        const batch = condition.shape[0] as number;
        const deviations = network.forward(arithmetic, parameter, condition);
        const own = cutIntoPlaces(arithmetic, arithmetic.reshape(base, [1, base.shape[0] as number]), places);
        const one = arithmetic.constant([1], [1, 1], base);
        const factors = arithmetic.add(deviations, one);
        let offset = 0;
        return new Map(
          places.map((place, index) => {
            const { name, shape, isBias } = place;
            const weight = own.get(name) as typeof base;
            if (isBias) return [name, arithmetic.add(arithmetic.zeros([batch, ...shape], base), weight)];
            const count = channels[index] as number;
            const range = [offset, offset + count] as const;
            offset += count;
            const axes = channelAxes(place);
            const scale = arithmetic.reshape(arithmetic.slice(factors, [undefined, range]), [
              batch,
              ...axes.inputs,
            ]);
            const modulated = arithmetic.multiply(inLayout(arithmetic, weight, axes.shape), scale);
            if (!demodulate) return [name, inLayout(arithmetic, modulated, shape)];
            const squares = arithmetic.sum(arithmetic.multiply(modulated, modulated), {
              axes: axes.summed,
              keepDims: true,
            });
            const epsilon = arithmetic.constant([EPSILON], [1], base);
            const demodulated = arithmetic.divide(
              modulated,
              arithmetic.sqrt(arithmetic.add(squares, epsilon)),
            );
            return [name, inLayout(arithmetic, demodulated, shape)];
          }),
        );
      },
    } satisfies Generator;
  },
};
