import { type Accusation, ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import type { Origin } from "../trace.js";
import { unmoved } from "../zero/spot.js";

/** An epsilon beside the size leaves entries a little below 1, and small ones far below. */
const NEAR = 1e-2;
const NEARLY_ALL = 0.9;

/** Each entry is divided by its own size, or nearly so: what is left is a sign, whose derivative is next to 0. */
export const ownSize: Rule = {
  name: "divided by its own size",
  find(file, told) {
    return [...file.last.trace.origins.values()].flatMap((origin): Accusation[] => {
      if (!isSign(origin, file)) return [];
      const names = ancestorsOf(origin.inputs, file).filter((name) => !told.has(name));
      if (names.length === 0) return [];
      const [value, divisor] = origin.inputs;
      return [
        {
          names,
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: "only a sign is left of what {they compute|it computes}",
            place: placeOf(origin.site),
            cause: `Each entry is divided by its own size here ([${value?.shape}] by [${divisor?.shape}]): what is left is its sign, 1 or -1, whose derivative is 0.`,
            repair: "Take the size over an axis that has more than one entry, or leave the division out.",
          },
        },
      ];
    });
  },
};

const SIZES: ReadonlySet<string> = new Set(["sqrt", "abs", "pow"]);

function isSign({ operation, inputs, tensor }: Origin, { last: { flow, trace } }: CaseFile): boolean {
  const [value, divisor] = inputs;
  if (operation !== "divide" || value === undefined || divisor?.size !== value.size || value.size < 2)
    return false;
  const isOwn = value.requiresGrad && divisor.requiresGrad && flow.influenceOf(value).has(divisor);
  if (!isOwn || !flow.feedsTape(tensor) || flow.influenceOf(divisor).has(value)) return false;
  const signs = tensor.data.filter((entry) => Math.abs(Math.abs(entry) - 1) < NEAR).length;
  // A ratio that is 1 because both sides are alike has no sign, and is another fault.
  const isSize = SIZES.has(trace.origins.get(unmoved(divisor, trace))?.operation ?? "");
  return signs >= NEARLY_ALL * tensor.size && (isSize || tensor.data.some((entry) => entry < 0));
}
