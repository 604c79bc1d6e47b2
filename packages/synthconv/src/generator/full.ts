/** A fully connected network writes every number: condition `[B,D]` -> `[B,N]`, the tensors end to end. */
import * as v from "valibot";
import { oneOf, optional } from "../core/index.js";
import { headInitializers, startVariance } from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { HIDDEN, hiddenInFile, perceptron } from "./perceptron.js";
import { cutIntoPlaces, generatedSize } from "./places.js";

export interface FullSettings {
  readonly kind?: "full" | undefined;
  /** Widths of the fully connected layers between the condition and the head. */
  readonly hidden: readonly number[];
  /** Between them. Default relu. */
  readonly activation?: "relu" | undefined;
}

export const full: GeneratorKind<FullSettings> = {
  settings: v.object({
    kind: v.optional(v.literal("full")),
    hidden: hiddenInFile,
    activation: v.optional(v.literal("relu")),
  }),

  fields: {
    kind: optional(oneOf(["full"])),
    hidden: HIDDEN,
    activation: optional(oneOf(["relu"])),
  },

  describe({ hidden }, { conditionLength, places }) {
    const network = perceptron(conditionLength, hidden, generatedSize(places));
    return {
      summary: conditionLength === 0 ? "a bias alone" : `fully connected ${network.widths}, relu`,
      parameters: new Map(network.parameters),
      targetVariance: startVariance,
      initializers: (start) =>
        new Map(network.initializers(start, headInitializers(start, places, network.headInputs))),
      scaledBy: ({ offset, size }) => network.headRows(offset, offset + size),
      forward: (arithmetic, parameter, condition) =>
        cutIntoPlaces(arithmetic, network.forward(arithmetic, parameter, condition), places),
    } satisfies Generator;
  },
};
