import type { FloatArray } from "../../core/float-array.js";
import { type Accusation, type Rule, untold } from "../case-file.js";
import { placeOfNumbers } from "../place.js";

/** Relative differences that sums in another order leave. */
const ROUNDING = 1e-5;

/** All units of a layer start alike and get the same gradient: they stay one unit for ever. */
export const alikeUnits: Rule = {
  name: "alike units",
  find(file, told) {
    const { last } = file;
    return untold(file, told).flatMap(({ name, parameter, turns }): Accusation[] => {
      const [units = 0] = parameter.shape;
      const gradient = last.gradients.get(parameter)?.data;
      const isLayer = parameter.rank >= 2 && units > 1 && parameter.size > units;
      if (!isLayer || !turns.includes("learns") || gradient === undefined) return [];
      if (!areRowsAlike(parameter.data, units) || !areRowsAlike(gradient, units)) return [];
      return [
        {
          names: [name],
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: "all units of {their layers|its layer} are the same",
            place: placeOfNumbers(parameter),
            cause: `The ${units} units of {these layers|this layer} have the same weights and get the same gradient: they stay alike in every step, and are no more than one.`,
            repair:
              "Draw the weights at random, as initialize({ seed }) does without an initializer of a constant.",
          },
        },
      ];
    });
  },
};

function areRowsAlike(values: FloatArray, rows: number): boolean {
  const width = values.length / rows;
  let [largest, difference] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - (values[i % width] as number)));
  }
  return largest > 0 && difference <= ROUNDING * largest;
}
