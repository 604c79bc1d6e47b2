/**
 * Every weight is a product of two thin matrices that a fully connected network writes: [O,K] = [O,r] [r,K]. Tensors for
 * which that would take as many numbers (biases, small kernels) are written whole. As a change to trained weights this
 * is LoRA that a condition writes (Hu et al., "LoRA: Low-rank adaptation of large language models", ICLR 2022).
 */
import * as v from "valibot";
import { oneOf, whole } from "../core/index.js";
import { type HeadPart, partInitializers, startVariance } from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { HIDDEN, hiddenInFile, perceptron, sizeInFile } from "./perceptron.js";
import type { GeneratedPlace } from "./places.js";
import { startsWithZeros } from "./written-start.js";

export interface LowRankSettings {
  readonly kind: "lowRank";
  /** Widths of the fully connected layers between the condition and the head. */
  readonly hidden: readonly number[];
  /** r, of the products. */
  readonly rank: number;
}

interface Factor extends HeadPart {
  readonly rows: number;
  readonly columns: number;
}

/** How a tensor is written: whole, or as the product of two factors. */
interface Writing {
  readonly place: GeneratedPlace;
  readonly factors: readonly [whole: Factor] | readonly [left: Factor, right: Factor];
}

export const lowRank: GeneratorKind<LowRankSettings> = {
  settings: v.object({ kind: v.literal("lowRank"), hidden: hiddenInFile, rank: sizeInFile }),

  fields: { kind: oneOf(["lowRank"]), hidden: HIDDEN, rank: whole(1) },

  describe({ hidden, rank }, { conditionLength, places }) {
    const writings = places.map((place): Writing => ({ place, factors: factorsOf(place, rank) }));
    const parts = writings.flatMap(({ factors }) => factors);
    const network = perceptron(
      conditionLength,
      hidden,
      parts.reduce((sum, { size }) => sum + size, 0),
    );
    return {
      summary: `rank ${rank}, fully connected ${network.widths}, relu`,
      parameters: new Map(network.parameters),
      targetVariance: startVariance,
      initializers(start) {
        if (!startsWithZeros("lowRank", start, places)) {
          return new Map(network.initializers(start, partInitializers(start, parts, network.headInputs)));
        }
        // The right factors stay as they would be: were both zero, neither would ever get a gradient.
        const silenced = parts.map((part) => (part.byBias ? part : { ...part, variance: () => 0 }));
        const usual = { ...start, initialization: "hyperfanIn" } as const;
        return new Map(network.initializers(usual, partInitializers(usual, silenced, network.headInputs)));
      },
      scaledBy(place) {
        const index = writings.findIndex((one) => one.place === place);
        const before = writings.slice(0, index).flatMap(({ factors }) => factors);
        const from = before.reduce((sum, { size }) => sum + size, 0);
        return network.headRows(from, from + (writings[index] as Writing).factors[0].size);
      },
      forward(arithmetic, parameter, condition) {
        const flat = network.forward(arithmetic, parameter, condition);
        const batch = flat.shape[0] as number;
        let offset = 0;
        const next = ({ size, rows, columns }: Factor): typeof flat => {
          const part = arithmetic.slice(flat, [undefined, [offset, offset + size]]);
          offset += size;
          return arithmetic.reshape(part, [batch, rows, columns]);
        };
        return new Map(
          writings.map(({ place, factors: [left, right] }) => {
            const matrix = right === undefined ? next(left) : arithmetic.matmul(next(left), next(right));
            return [place.name, arithmetic.reshape(matrix, [batch, ...place.shape])];
          }),
        );
      },
    } satisfies Generator;
  },
};

function factorsOf(place: GeneratedPlace, rank: number): Writing["factors"] {
  const rows = place.shape[0] ?? 1;
  const columns = place.size / rows;
  if (rank * (rows + columns) >= place.size) return [{ place, rows, columns, size: place.size }];
  const variance = (ofTensor: number): number => Math.sqrt(ofTensor / rank);
  return [
    { place, rows, columns: rank, size: rows * rank, variance },
    { place, rows: rank, columns, size: rank * columns, variance, byBias: true },
  ];
}
