/**
 * One small head writes the numbers in chunks of equal size, one after another: what it reads beside the condition
 * tells it which chunk it is (von Oswald, Henning, Sacramento, Grewe, "Continual learning with hypernetworks", ICLR 2020,
 * sec. 2.3), or is what the chunk's own layer makes of the condition (Ha, Dai, Le, "HyperNetworks", ICLR 2017,
 * sec. 3.1). Far fewer parameters than numbers written.
 *
 * Parameters: `chunks` [C,E], or `chunks.weight` [C E,D] and `chunks.bias` [C E]; those of the perceptron.
 *
 * All chunks share the head, which therefore writes numbers of variance 1; each number is then multiplied by the
 * constant that gives its tensor hyperfan-in's variance.
 */
import * as v from "valibot";
import { type Initializer, initializers, oneOf, optional, type Shape, whole } from "../core/index.js";
import type { GeneratorArithmetic, Shaped } from "./arithmetic.js";
import { type GeneratorStart, hiddenInitializers, partInitializers } from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { HIDDEN, hiddenInFile, perceptron, sizeInFile } from "./perceptron.js";
import { cutIntoPlaces, type GeneratedPlace, generatedSize } from "./places.js";
import { VARIANCE_RULES } from "./variance.js";
import { startsWithZeros } from "./written-start.js";

export interface ChunkedSettings {
  readonly kind: "chunked";
  /** Widths of the fully connected layers before the head. */
  readonly hidden: readonly number[];
  /** Numbers that the head writes at a time. */
  readonly chunkSize: number;
  /** E, numbers that a chunk is known by. */
  readonly chunkLength: number;
  /**
   * What these are: "embedding" (default), trained numbers beside the condition; or "projection", what a linear layer
   * of the chunk's own makes of the condition, in its place.
   */
  readonly chunkBy?: "embedding" | "projection" | undefined;
}

const BY = ["embedding", "projection"] as const;

export const chunked: GeneratorKind<ChunkedSettings> = {
  settings: v.object({
    kind: v.literal("chunked"),
    hidden: hiddenInFile,
    chunkSize: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 20)),
    chunkLength: sizeInFile,
    chunkBy: v.optional(v.picklist(BY)),
  }),

  fields: {
    kind: oneOf(["chunked"]),
    hidden: HIDDEN,
    chunkSize: whole(1),
    chunkLength: whole(1),
    chunkBy: optional(oneOf(BY)),
  },

  describe({ hidden, chunkSize, chunkLength, chunkBy = "embedding" }, { conditionLength, places }) {
    const numbers = generatedSize(places);
    const chunks = Math.ceil(numbers / chunkSize);
    const sizes = { conditionLength, chunks, chunkLength };
    const reader = chunkBy === "embedding" ? embedding(sizes) : projection(sizes);
    const network = perceptron(reader.inputs, hidden, chunkSize);
    const scale = scales(places);
    return {
      summary: `${chunks} chunks of ${chunkSize}, by ${chunkBy} of ${chunkLength}, fully connected ${network.widths}, relu`,
      parameters: new Map([...reader.parameters, ...network.parameters]),
      targetVariance: (_, place) => VARIANCE_RULES.hyperfanIn(place),
      initializers(start) {
        const meanSquare = reader.meanSquare(start);
        const head = { place: places[0] as GeneratedPlace, size: chunkSize, variance: () => 1 };
        const ofHead = partInitializers(
          { ...start, conditionMeanSquare: meanSquare },
          [head],
          network.headInputs,
        );
        const silent = { weight: initializers.constant(0), bias: initializers.constant(0) };
        const isSilent = startsWithZeros("chunked", start, places);
        return new Map([
          ...reader.initializers(start),
          ...network.initializers(start, isSilent ? silent : ofHead),
        ]);
      },
      scaledBy: () => network.headRows(0, chunkSize),
      forward(arithmetic, parameter, condition) {
        const [batch] = condition.shape as readonly [number];
        const written = network.forward(
          arithmetic,
          parameter,
          reader.forward(arithmetic, parameter, condition),
        );
        const whole = arithmetic.reshape(written, [batch, chunks * chunkSize]);
        const flat = arithmetic.slice(whole, [undefined, [0, numbers]]);
        const scaled = arithmetic.multiply(flat, arithmetic.constant(scale, [1, numbers], flat));
        return cutIntoPlaces(arithmetic, scaled, places);
      },
    } satisfies Generator;
  },
};

/** What the perceptron reads for each chunk. */
interface ChunkReader {
  readonly inputs: number;
  readonly parameters: readonly (readonly [string, Shape])[];
  initializers(start: GeneratorStart): readonly (readonly [string, Initializer])[];
  /** Of what it gives. */
  meanSquare(start: GeneratorStart): number;
  /** [B,D] -> [B C,inputs] */
  forward<Value extends Shaped>(
    arithmetic: GeneratorArithmetic<Value>,
    parameter: (name: string) => Value,
    condition: Value,
  ): Value;
}

interface ReaderSizes {
  readonly conditionLength: number;
  readonly chunks: number;
  readonly chunkLength: number;
}

function embedding({ conditionLength: length, chunks, chunkLength }: ReaderSizes): ChunkReader {
  const inputs = length + chunkLength;
  return {
    inputs,
    parameters: [["chunks", [chunks, chunkLength]]],
    initializers: () => [["chunks", initializers.normal(1)]],
    meanSquare: ({ conditionMeanSquare }) => (length * conditionMeanSquare + chunkLength) / inputs,
    forward(arithmetic, parameter, condition) {
      const table = parameter("chunks");
      const batch = condition.shape[0] as number;
      const beside = arithmetic.zeros([batch, chunks, length], table);
      const conditions = arithmetic.add(beside, arithmetic.reshape(condition, [batch, 1, length]));
      const alike = arithmetic.zeros([batch, chunks, chunkLength], table);
      const known = arithmetic.add(alike, arithmetic.reshape(table, [1, chunks, chunkLength]));
      return arithmetic.reshape(arithmetic.concat([conditions, known], 2), [batch * chunks, inputs]);
    },
  };
}

function projection({ conditionLength: length, chunks, chunkLength }: ReaderSizes): ChunkReader {
  const outputs = chunks * chunkLength;
  const network = perceptron(length, [], outputs);
  const rename = (name: string): string => name.replace("head", "chunks");
  return {
    inputs: chunkLength,
    parameters: network.parameters.map(([name, shape]) => [rename(name), shape]),
    initializers: (start) => {
      // Linear, so half of Kaiming's variance keeps the size; without a condition its bias has all of it.
      const layer =
        length === 0
          ? { weight: initializers.constant(0), bias: initializers.normal(1) }
          : { ...hiddenInitializers(start, length), weight: initializers.normal(1 / Math.sqrt(length)) };
      return network.initializers(start, layer).map(([name, one]) => [rename(name), one]);
    },
    meanSquare: ({ conditionMeanSquare }) => (length === 0 ? 1 : conditionMeanSquare),
    forward(arithmetic, parameter, condition) {
      const own = (name: string) => parameter(rename(name));
      const batch = condition.shape[0] as number;
      const projected = network.forward(arithmetic, own, condition);
      return arithmetic.reshape(projected, [batch * chunks, chunkLength]);
    },
  };
}

/** The standard deviation of every number, the tensors end to end. */
function scales(places: readonly GeneratedPlace[]): Float64Array {
  const values = new Float64Array(generatedSize(places));
  for (const place of places) {
    values.fill(Math.sqrt(VARIANCE_RULES.hyperfanIn(place)), place.offset, place.offset + place.size);
  }
  return values;
}
