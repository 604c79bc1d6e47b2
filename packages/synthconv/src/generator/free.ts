/**
 * No network: a table of T sets of weights, one per task. The condition is the share of each, so a task is a row of
 * the identity, and what lies between two tasks a blend of both: condition `[B,T]` times table `[T,N]`.
 *
 * Parameters: `table` [T,N]. Without a condition there is one set.
 */
import * as v from "valibot";
import { oneOf } from "../core/index.js";
import { ownInitializer, startVariance } from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { cutIntoPlaces, generatedSize } from "./places.js";
import { weightsToStartWith } from "./written-start.js";

export interface FreeSettings {
  readonly kind: "free";
}

export const free: GeneratorKind<FreeSettings> = {
  settings: v.object({ kind: v.literal("free") }),

  fields: { kind: oneOf(["free"]) },

  describe(_, { conditionLength, places }) {
    const numbers = generatedSize(places);
    const sets = Math.max(conditionLength, 1);
    return {
      summary: conditionLength === 0 ? "one set of weights" : `a table of ${sets} sets of weights`,
      parameters: new Map([["table", [sets, numbers]]]),
      targetVariance: startVariance,
      initializers(start) {
        const weights = weightsToStartWith(start, places);
        const repeated = (): Float64Array =>
          Float64Array.from({ length: sets * numbers }, (_, i) => weights?.[i % numbers] as number);
        return new Map([["table", weights === undefined ? ownInitializer(start, places) : repeated]]);
      },
      scaledBy: ({ offset, size }) => [{ name: "table", axis: 1, from: offset, to: offset + size }],
      forward(arithmetic, parameter, condition) {
        const table = parameter("table");
        const batch = condition.shape[0] as number;
        const flat =
          conditionLength === 0
            ? arithmetic.add(arithmetic.zeros([batch, numbers], table), table)
            : arithmetic.matmul(condition, table);
        return cutIntoPlaces(arithmetic, flat, places);
      },
    } satisfies Generator;
  },
};
