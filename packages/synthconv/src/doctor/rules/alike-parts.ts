import type { FloatArray } from "../../core/float-array.js";
import { type Accusation, type Rule, untold } from "../case-file.js";
import { placeOfNumbers } from "../place.js";
import { nameList } from "../report/words.js";
import type { ParameterSeries } from "../series.js";

/** Relative differences that sums in another order leave. */
const ROUNDING = 1e-5;
const MAX_NAMES = 3;

/** Layers that start as copies of each other and get the same gradients: after all steps they are copies still. */
export const alikeParts: Rule = {
  name: "alike parts",
  find(file, told) {
    const { gradients } = file.last;
    const learning = untold(file, told).filter(({ turns }) => turns.at(-1) === "learns");
    const isCopy = ({ parameter: one }: ParameterSeries, { parameter: other }: ParameterSeries): boolean =>
      String(one.shape) === String(other.shape) &&
      areAlike(one.data, other.data) &&
      areAlike(gradients.get(one)?.data, gradients.get(other)?.data);
    const groups: ParameterSeries[][] = [];
    for (const one of learning) {
      // Biases that are added to each other get one gradient whatever their layers do.
      if (one.parameter.rank < 2) continue;
      const group = groups.find(([first]) => first !== undefined && isCopy(first, one));
      if (group === undefined) groups.push([one]);
      else group.push(one);
    }
    return groups.flatMap((group): Accusation[] => {
      const [first, second] = group;
      if (first === undefined || second === undefined) return [];
      const layers = new Set(group.map(layerOf));
      const beside = learning.filter((one) => one.parameter.rank < 2 && layers.has(layerOf(one)));
      return [
        {
          names: [...group, ...beside].map(({ name }) => name),
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: "{they start|it starts} alike and {stay|stays} alike",
            place: placeOfNumbers(second.parameter),
            cause: `${nameList(
              group.map(({ name }) => name),
              MAX_NAMES,
            )} have the same numbers and get the same gradients: after all steps they are copies of each other still, and no more than one.`,
            repair:
              "Draw the numbers of each at random, initialize({ seed }) with another seed each, in the place of copying them.",
          },
        },
      ];
    });
  },
};

function layerOf({ name }: ParameterSeries): string {
  return name.slice(0, name.lastIndexOf(".") + 1);
}

/** The same numbers, which are not all one number. */
function areAlike(one: FloatArray | undefined, other: FloatArray | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  let [largest, difference, spread] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    const value = one[i] as number;
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - (other[i] as number)));
    spread = Math.max(spread, Math.abs(value - (one[0] as number)));
    if (difference > ROUNDING * (largest + Math.abs(other[i] as number))) return false;
  }
  return spread > 0;
}
