/** Where the first numbers of a generator come from. */
import {
  either,
  type Initializer,
  initializers,
  type Kind,
  NUMBERS,
  oneOf,
  record,
  type Shape,
  sizeOf,
  ValueError,
} from "../core/index.js";
import { type GeneratedPlace, generatedSize } from "./places.js";

export interface GeneratorStart {
  readonly initialization: GeneratorInitialization | WrittenStart;
  /** Mean square of a condition's numbers. */
  readonly conditionMeanSquare: number;
}

/** Whatever the condition, the generator starts by writing these numbers: its tensors end to end. */
export interface WrittenStart {
  readonly weights: ArrayLike<number>;
}

/** What a layer reads. */
export interface LayerInputs {
  /** Numbers that it reads; 0 when it is its bias alone. */
  readonly count: number;
  /** Mean of their squares. */
  readonly meanSquare: number;
}

/** Initializers of a layer's weight `[O, inputs.count]` and bias `[O]`. */
export interface LayerInitializers {
  readonly weight: Initializer;
  readonly bias: Initializer;
}

/** A way to start, by its name in the table below. */
export type GeneratorInitialization = "hyperfanIn" | "torch" | "bias";

interface Choice {
  hidden(inputs: number): LayerInitializers;
  head(places: readonly GeneratedPlace[], inputs: LayerInputs): LayerInitializers;
}

const zero = initializers.constant(0);

// A head without inputs has only its bias to give the written weights what they should start with.
const CHOICES: Readonly<Record<GeneratorInitialization, Choice>> = {
  /**
   * The written weights start with the variance that keeps the signal of the target's layers at one size (Chang,
   * Flokas, Lipson, "Principled weight initialization for hypernetworks", ICLR 2020, sec. 4). An ordinary head
   * writes too small weights for few input channels and too large ones for many.
   */
  hyperfanIn: {
    hidden: (inputs) => ({ weight: initializers.kaiming(inputs), bias: zero }),
    head: (places, inputs) =>
      inputs.count === 0
        ? {
            weight: zero,
            bias: perPlace(places, (place) => initializers.normal(Math.sqrt(targetVariance(place)))),
          }
        : { weight: perPlace(places, (place) => hyperfanIn(place, inputs)), bias: zero },
  },
  /** Every linear layer as PyTorch's default, whatever that makes of the written weights. */
  torch: {
    hidden: torchLayer,
    head: (places, { count }) => (count === 0 ? writtenByBias(places) : torchLayer(count)),
  },
  /**
   * The head's weight is 0 and its bias starts as the target network's own PyTorch default (Beck, Jackson, Vuorio,
   * Whiteson, "Hypernetworks in meta-reinforcement learning", CoRL 2022, Bias-HyperInit). All conditions then
   * start with the same weights, and the hidden layers' gradient is exactly 0 at the first step.
   */
  bias: { hidden: torchLayer, head: writtenByBias },
};

export function hiddenInitializers({ initialization }: GeneratorStart, inputs: number): LayerInitializers {
  return choiceOf(initialization).hidden(inputs);
}

/** @throws {ValueError} when the numbers that it shall start with are not as many as it writes. */
export function headInitializers(
  { initialization, conditionMeanSquare }: GeneratorStart,
  places: readonly GeneratedPlace[],
  inputs: number,
): LayerInitializers {
  // Kaiming's hidden layers hand the mean square of the condition on as it is.
  const chosen = choiceOf(initialization).head(places, {
    count: inputs,
    meanSquare: conditionMeanSquare,
  });
  if (typeof initialization === "string") return chosen;
  const { weights } = initialization;
  const count = generatedSize(places);
  if (weights.length === count) return { weight: zero, bias: () => Float64Array.from(weights) };
  throw new ValueError({
    where: "generator initialization",
    expected: `${count} weights to start with`,
    received: String(weights.length),
  });
}

/** A name of the table above, or the numbers to write. */
export const INITIALIZATION: Kind<GeneratorStart["initialization"]> = either(
  oneOf(Object.keys(CHOICES) as GeneratorInitialization[]),
  record<WrittenStart>({ weights: NUMBERS }),
  `one of ${Object.keys(CHOICES).join(", ")}, or { weights }`,
);

function choiceOf(initialization: GeneratorStart["initialization"]): Choice {
  return typeof initialization === "object" ? CHOICES.bias : CHOICES[initialization];
}

function torchLayer(inputs: number): LayerInitializers {
  return { weight: initializers.torch(inputs), bias: initializers.torch(inputs) };
}

function writtenByBias(places: readonly GeneratedPlace[]): LayerInitializers {
  return { weight: zero, bias: perPlace(places, ({ fanIn }) => initializers.torch(fanIn)) };
}

/**
 * The variance that a written tensor's entries shall have. Weights: gain / (c fanIn), c = 2 where the layer's
 * bias is written too (they share the variance) and else 1. Biases: gain / 2.
 */
function targetVariance({ isBias, gain, fanIn, hasPartner }: GeneratedPlace): number {
  return isBias ? gain / 2 : gain / ((hasPartner ? 2 : 1) * fanIn);
}

/** A written number's variance is that of the head's weights times the sum of the squares of its inputs. */
function hyperfanIn(place: GeneratedPlace, { count, meanSquare }: LayerInputs): Initializer {
  return initializers.normal(Math.sqrt(targetVariance(place) / (count * meanSquare)));
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
