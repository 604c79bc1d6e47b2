/**
 * Trained layers whose output channels a condition scales and shifts (Perez, Strub, de Vries, Dumoulin, Courville,
 * "FiLM: Visual reasoning with a general conditioning layer", AAAI 2018, eq. 2), written into the weights:
 * g_o (W x + b)_o + h_o is the layer of weights g_o W_o and biases g_o b_o + h_o.
 *
 * Parameters: `base` [N]; those of the perceptron, whose head writes g - 1 for the output channels of each layer, and
 * h where its bias is written.
 */
import * as v from "valibot";
import { oneOf } from "../core/index.js";
import { channelAxes, inLayout } from "./channels.js";
import { startVariance } from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { HIDDEN, hiddenInFile, perceptron } from "./perceptron.js";
import { cutIntoPlaces, type GeneratedPlace } from "./places.js";
import { baseOf, scaledInitializers, scaledParameters } from "./scales.js";

export interface FilmSettings {
  readonly kind: "film";
  /** Widths of the fully connected layers between the condition and the scales. */
  readonly hidden: readonly number[];
}

export const film: GeneratorKind<FilmSettings> = {
  settings: v.object({ kind: v.literal("film"), hidden: hiddenInFile }),

  fields: { kind: oneOf(["film"]), hidden: HIDDEN },

  describe({ hidden }, { conditionLength, places }) {
    const rows = rowsOf(places);
    const network = perceptron(conditionLength, hidden, rows.length);
    return {
      summary: `output channels scaled and shifted, fully connected ${network.widths}, relu`,
      parameters: scaledParameters(places, network),
      targetVariance: startVariance,
      initializers: (start) => scaledInitializers(start, places, network),
      scaledBy(place) {
        const { offset } = rows.of(place.name);
        return [baseOf(place), ...(offset === undefined ? [] : network.headRows(offset[0], offset[1]))];
      },
      forward(arithmetic, parameter, condition) {
        const base = parameter("base");
        const batch = condition.shape[0] as number;
        const written = network.forward(arithmetic, parameter, condition);
        const own = cutIntoPlaces(arithmetic, arithmetic.reshape(base, [1, base.shape[0] as number]), places);
        const one = arithmetic.constant([1], [1], base);
        const cut = (range: readonly [number, number], shape: readonly number[]): typeof base =>
          arithmetic.reshape(arithmetic.slice(written, [undefined, range]), [batch, ...shape]);
        return new Map(
          places.map((place) => {
            const { name, shape } = place;
            const { gain, offset } = rows.of(name);
            const axes = channelAxes(place);
            const weight = inLayout(arithmetic, own.get(name) as typeof base, axes.shape);
            const scaled = arithmetic.multiply(weight, arithmetic.add(cut(gain, axes.outputs), one));
            const shifted = offset === undefined ? scaled : arithmetic.add(scaled, cut(offset, axes.outputs));
            return [name, inLayout(arithmetic, shifted, shape)];
          }),
        );
      },
    } satisfies Generator;
  },
};

/** Which of the written numbers scale and shift a tensor. */
interface Rows {
  readonly gain: readonly [number, number];
  readonly offset?: readonly [number, number];
}

/** A bias is scaled as its weight is, where both are written. */
function rowsOf(places: readonly GeneratedPlace[]): { readonly length: number; of(name: string): Rows } {
  const rows = new Map<string, Rows>();
  let length = 0;
  const next = (count: number): readonly [number, number] => {
    const first = length;
    length += count;
    return [first, length];
  };
  const layers = [...places].sort((a, b) => Number(a.isBias) - Number(b.isBias));
  for (const { name, outputs, isBias, hasPartner } of layers) {
    const partner = hasPartner ? rows.get(name.replace(/bias$/, "weight")) : undefined;
    if (isBias) rows.set(name, { gain: partner?.gain ?? next(outputs), offset: next(outputs) });
    else rows.set(name, { gain: next(outputs) });
  }
  return { length, of: (name) => rows.get(name) as Rows };
}
