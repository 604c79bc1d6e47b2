/**
 * A bank of M trained sets of weights, mixed: a fully connected network reads the condition and says how much of each
 * (CondConv: Yang, Bender, Le, Ngiam, "CondConv: Conditionally parameterized convolutions", NeurIPS 2019; with softmax,
 * as Chen et al., "Dynamic convolution", CVPR 2020). With `top` only the k largest shares remain.
 *
 * Parameters: `bank` [M,N]; those of the perceptron, whose head writes the M shares before the softmax.
 */
import * as v from "valibot";
import { initializers, oneOf, optional, whole } from "../core/index.js";
import {
  type GeneratorStart,
  type LayerInitializers,
  ownInitializer,
  startVariance,
} from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { HIDDEN, hiddenInFile, perceptron, sizeInFile } from "./perceptron.js";
import { cutIntoPlaces, generatedSize } from "./places.js";
import { weightsToStartWith } from "./written-start.js";

export interface MixtureSettings {
  readonly kind: "mixture";
  /** Widths of the fully connected layers between the condition and the shares. */
  readonly hidden: readonly number[];
  /** M, sets of weights in the bank. */
  readonly experts: number;
  /** k, the sets that are mixed for a condition. Default all of them. */
  readonly top?: number | undefined;
}

/** Shares start nearly equal: the logits' standard deviation, which adds a hundredth to the sum of the shares' squares. */
const LOGIT_DEVIATION = 0.1;

export const mixture: GeneratorKind<MixtureSettings> = {
  settings: v.object({
    kind: v.literal("mixture"),
    hidden: hiddenInFile,
    experts: sizeInFile,
    top: v.optional(sizeInFile),
  }),

  fields: { kind: oneOf(["mixture"]), hidden: HIDDEN, experts: whole(1), top: optional(whole(1)) },

  describe({ hidden, experts, top = experts }, { conditionLength, places }) {
    const kept = Math.min(top, experts);
    const numbers = generatedSize(places);
    const network = perceptron(conditionLength, hidden, experts);
    return {
      summary: `${kept < experts ? `the top ${kept} of ${experts}` : experts} sets mixed, fully connected ${network.widths}, relu`,
      parameters: new Map([["bank", [experts, numbers]], ...network.parameters]),
      targetVariance: startVariance,
      initializers(start) {
        const weights = weightsToStartWith(start, places);
        const bank =
          weights === undefined
            ? ownInitializer(start, places, (ofTensor) => kept * ofTensor)
            : () =>
                Float64Array.from({ length: experts * numbers }, (_, i) => weights[i % numbers] as number);
        return new Map([["bank", bank], ...network.initializers(start, sharesOf(start, network.headInputs))]);
      },
      scaledBy: ({ offset, size }) => [{ name: "bank", axis: 1, from: offset, to: offset + size }],
      forward(arithmetic, parameter, condition) {
        const logits = network.forward(arithmetic, parameter, condition);
        const left = kept === experts ? logits : arithmetic.withoutRest(logits, kept);
        const flat = arithmetic.matmul(arithmetic.softmax(left), parameter("bank"));
        return cutIntoPlaces(arithmetic, flat, places);
      },
    } satisfies Generator;
  },
};

/** Without inputs the bias alone tells the sets apart, which differ already. */
function sharesOf({ conditionMeanSquare }: GeneratorStart, inputs: number): LayerInitializers {
  const deviation = inputs === 0 ? 0 : LOGIT_DEVIATION / Math.sqrt(inputs * conditionMeanSquare);
  return { weight: initializers.normal(deviation), bias: initializers.constant(0) };
}
