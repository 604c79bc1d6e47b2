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
} from "../core/index.js";
import { type GeneratedPlace, generatedSize } from "./places.js";
import { torchVariance, VARIANCE_RULES, type VarianceRule } from "./variance.js";
import { type WrittenStart, weightsToStartWith } from "./written-start.js";

export interface GeneratorStart {
  readonly initialization: GeneratorInitialization | WrittenStart;
  /** Mean square of a condition's numbers. */
  readonly conditionMeanSquare: number;
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
export type GeneratorInitialization = keyof typeof VARIANCE_RULES | "torch" | "bias";

/** Some rows of a head, which write a tensor or a factor of one. */
export interface HeadPart {
  readonly place: GeneratedPlace;
  /** Rows. */
  readonly size: number;
  /** The variance that they shall write, from that of the tensor. Default: the same. */
  readonly variance?: (ofTensor: number) => number;
  /**
   * Start with the head's bias alone, the same for every condition. A factor of a product does: were both linear in the
   * same features, their product's mean square would be that of the features to the power of two.
   */
  readonly byBias?: boolean;
}

interface Choice {
  /** The variance of a written tensor's entries. */
  readonly variance: VarianceRule;
  hidden(inputs: number): LayerInitializers;
  head(parts: readonly HeadPart[], inputs: LayerInputs): LayerInitializers;
}

const zero = initializers.constant(0);

// A head without inputs has only its bias to give the written weights what they should start with.
const CHOICES: Readonly<Record<GeneratorInitialization, Choice>> = {
  /** An ordinary head writes too small weights for few input channels and too large ones for many. */
  hyperfanIn: byVariance(VARIANCE_RULES.hyperfanIn),
  hyperfanOut: byVariance(VARIANCE_RULES.hyperfanOut),
  harmonic: byVariance(VARIANCE_RULES.harmonic),
  /** Every linear layer as PyTorch's default, whatever that makes of the written weights. */
  torch: {
    variance: torchVariance,
    hidden: torchLayer,
    head: (parts, { count }) => (count === 0 ? writtenByBias(parts) : torchLayer(count)),
  },
  /**
   * The head's weight is 0 and its bias starts as the target network's own PyTorch default (Beck, Jackson, Vuorio,
   * Whiteson, "Hypernetworks in meta-reinforcement learning", CoRL 2022, Bias-HyperInit). All conditions then
   * start with the same weights, and the hidden layers' gradient is exactly 0 at the first step.
   */
  bias: { variance: torchVariance, hidden: torchLayer, head: writtenByBias },
};

/** A name of the table above, or the numbers to write. */
export const INITIALIZATION: Kind<GeneratorStart["initialization"]> = either(
  oneOf(Object.keys(CHOICES) as GeneratorInitialization[]),
  record<WrittenStart>({ weights: NUMBERS }),
  `one of ${Object.keys(CHOICES).join(", ")}, or { weights }`,
);

export function hiddenInitializers({ initialization }: GeneratorStart, inputs: number): LayerInitializers {
  return choiceOf(initialization).hidden(inputs);
}

/**
 * Of a head whose rows write the tensors end to end, each row-major.
 *
 * @throws {ValueError} when the numbers that it shall start with are not as many as it writes.
 */
export function headInitializers(
  start: GeneratorStart,
  places: readonly GeneratedPlace[],
  inputs: number,
): LayerInitializers {
  const weights = weightsToStartWith(start, places);
  if (weights !== undefined) return { weight: zero, bias: () => Float64Array.from(weights) };
  return partInitializers(
    start,
    places.map((place) => ({ place, size: place.size })),
    inputs,
  );
}

/** Of a head whose rows write these parts. Numbers to start with are the caller's to see to. */
export function partInitializers(
  { initialization, conditionMeanSquare }: GeneratorStart,
  parts: readonly HeadPart[],
  inputs: number,
): LayerInitializers {
  // Kaiming's hidden layers hand the mean square of the condition on as it is.
  return choiceOf(initialization).head(parts, { count: inputs, meanSquare: conditionMeanSquare });
}

/** Of one tensor that is trained itself and not written by a head: all tensors end to end, along the last axis. */
export function ownInitializer(
  { initialization }: GeneratorStart,
  places: readonly GeneratedPlace[],
  variance: (ofTensor: number) => number = same,
): Initializer {
  const { variance: ofPlace } = choiceOf(initialization);
  return (shape, random) => {
    const length = generatedSize(places);
    const values = new Float64Array(sizeOf(shape));
    for (let row = 0; row < values.length; row += length) {
      for (const place of places) {
        const deviation = Math.sqrt(variance(ofPlace(place)));
        values.set(initializers.normal(deviation)([place.size], random), row + place.offset);
      }
    }
    return values;
  };
}

/** The variance that a tensor is to start with. */
export function startVariance({ initialization }: GeneratorStart, place: GeneratedPlace): number {
  return choiceOf(initialization).variance(place);
}

const same = (value: number): number => value;

function byVariance(variance: VarianceRule): Choice {
  const ofPart = ({ place, variance: change = same }: HeadPart): number => change(variance(place));
  return {
    variance,
    hidden: (inputs) => ({ weight: initializers.kaiming(inputs), bias: zero }),
    // A written number's variance is that of the head's weights times the sum of the squares of its inputs.
    head(parts, { count, meanSquare }) {
      const weight = (part: HeadPart): Initializer =>
        part.byBias || count === 0
          ? zero
          : initializers.normal(Math.sqrt(ofPart(part) / (count * meanSquare)));
      const bias = (part: HeadPart): Initializer =>
        part.byBias || count === 0 ? initializers.normal(Math.sqrt(ofPart(part))) : zero;
      return { weight: perPart(parts, weight), bias: perPart(parts, bias) };
    },
  };
}

function choiceOf(initialization: GeneratorStart["initialization"]): Choice {
  return typeof initialization === "object" ? CHOICES.bias : CHOICES[initialization];
}

function torchLayer(inputs: number): LayerInitializers {
  return { weight: initializers.torch(inputs), bias: initializers.torch(inputs) };
}

function writtenByBias(parts: readonly HeadPart[]): LayerInitializers {
  const ofPart = ({ place, variance }: HeadPart): Initializer =>
    variance === undefined && place.deviation === undefined
      ? initializers.torch(place.fanIn)
      : initializers.normal(Math.sqrt((variance ?? same)(torchVariance(place))));
  return { weight: zero, bias: perPart(parts, ofPart) };
}

/** Each part's rows by its own initializer, one part after the other. */
function perPart(parts: readonly HeadPart[], initializerOf: (part: HeadPart) => Initializer): Initializer {
  return (shape, random) => {
    const values = new Float64Array(sizeOf(shape));
    const rest: Shape = shape.slice(1);
    let offset = 0;
    for (const part of parts) {
      const rows = initializerOf(part)([part.size, ...rest], random);
      values.set(rows, offset);
      offset += rows.length;
    }
    return values;
  };
}
