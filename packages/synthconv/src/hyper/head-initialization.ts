/** Where the first numbers of a generator's head come from. */
import { type Shape, sizeOf } from "../core/shape.js";
import { constantInitializer, type Initializer, normalInitializer, torchInitializer } from "../nn/index.js";
import type { GeneratedPlace } from "./generated-layout.js";

/**
 * - `hyperfanIn`: the written weights start with the variance that keeps the signal of the target's layers at
 *   one size (Chang, Flokas, Lipson, "Principled weight initialization for hypernetworks", ICLR 2020, sec. 4).
 *   An ordinary head writes too small weights for few input channels and too large ones for many.
 * - `torch`: every linear layer as PyTorch's default, whatever that makes of the written weights.
 * - `bias`: the head's weight is 0 and its bias starts as the target network's own PyTorch default (Beck,
 *   Jackson, Vuorio, Whiteson, "Hypernetworks in meta-reinforcement learning", CoRL 2022, Bias-HyperInit). All
 *   conditions then start with the same weights, and the hidden layers' gradient is exactly 0 at the first step.
 */
export type GeneratorInitialization = "hyperfanIn" | "torch" | "bias";

export interface HeadInputs {
  /** Numbers that the head reads; 0 when it is its bias alone. */
  readonly count: number;
  /** Mean of their squares. */
  readonly meanSquare: number;
}

/** Initializers of the head's weight `[N, inputs.count]` and bias `[N]`. */
export function headInitializers(
  choice: GeneratorInitialization,
  places: readonly GeneratedPlace[],
  inputs: HeadInputs,
): { weight: Initializer; bias: Initializer } {
  const none = constantInitializer(0);
  // A head without inputs has only its bias to give the written weights what they should start with.
  const writesByBias = inputs.count === 0 || choice === "bias";
  if (choice === "hyperfanIn") {
    return writesByBias
      ? {
          weight: none,
          bias: perPlace(places, (place) => normalInitializer(Math.sqrt(targetVariance(place)))),
        }
      : { weight: perPlace(places, (place) => hyperfanIn(place, inputs)), bias: none };
  }
  return writesByBias
    ? { weight: none, bias: perPlace(places, ({ fanIn }) => torchInitializer(fanIn)) }
    : { weight: torchInitializer(inputs.count), bias: torchInitializer(inputs.count) };
}

/**
 * The variance that a written tensor's entries shall have. Weights: gain / (c fanIn), c = 2 where the layer's
 * bias is written too (they share the variance) and else 1. Biases: gain / 2.
 */
export function targetVariance({ isBias, gain, fanIn, hasPartner }: GeneratedPlace): number {
  return isBias ? gain / 2 : gain / ((hasPartner ? 2 : 1) * fanIn);
}

/** A written number's variance is that of the head's weights times the sum of the squares of its inputs. */
function hyperfanIn(place: GeneratedPlace, { count, meanSquare }: HeadInputs): Initializer {
  return normalInitializer(Math.sqrt(targetVariance(place) / (count * meanSquare)));
}

/** Each place's rows by its own initializer, one place after the other. */
function perPlace(
  places: readonly GeneratedPlace[],
  initializerOf: (place: GeneratedPlace) => Initializer,
): Initializer {
  return (shape, random) => {
    const values = new Float64Array(sizeOf(shape));
    const rest: Shape = shape.slice(1);
    for (const place of places) {
      const rows = initializerOf(place)([place.size, ...rest], random);
      values.set(rows, place.offset * sizeOf(rest));
    }
    return values;
  };
}
