import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { ancestorsOf } from "../case-file.js";
import { placeOf } from "../place.js";
import type { Origin } from "../trace.js";

/** A straight-through estimator with the detach on the wrong side: what arrives has the wrong sign. */
export const turnedThrough: Rule = {
  name: "straight-through turned round",
  find(file, told) {
    return [...file.last.trace.origins.values()].flatMap((origin): Accusation[] => {
      const difference = turnedIn(origin, file);
      const names = difference === undefined ? [] : ancestorsOf(origin.inputs, file);
      const open = names.filter((name) => !told.has(name));
      if (difference === undefined || open.length === 0) return [];
      return [
        {
          names: open,
          complaint: {
            status: "learns",
            fault: "zeroDerivative",
            phrase: "{their gradients come|its gradient comes} with the wrong sign",
            place: placeOf(origin.site),
            cause: `The detach stands on the side whose gradient was to pass, and what passes comes by the minus of the ${difference.operation}: it has the wrong sign, and training goes up.`,
            repair:
              'Detach the difference alone: add(z, subtract(q, z).detach({ reason: "straight through" })).',
          },
        },
      ];
    });
  },
};

/** The difference q - z of z.detach() + (q - z), where q is z by steps. */
function turnedIn({ operation, inputs }: Origin, { last }: CaseFile): Origin | undefined {
  const { trace, flow } = last;
  if (operation !== "add" || inputs.length !== 2) return undefined;
  for (const [given, other] of [inputs, [...inputs].reverse()]) {
    const detached = given && trace.origins.get(given);
    const difference = other && trace.origins.get(other);
    if (detached?.operation !== "detach" || difference?.operation !== "subtract") continue;
    const [q, z] = difference.inputs;
    if (z === undefined || q === undefined || detached.inputs[0] !== z || !flow.feedsTape(z)) continue;
    const bySteps = trace.edges.some(({ passage, to }) => passage === "steps" && flow.influenceOf(to).has(q));
    if (bySteps && flow.influenceOf(z).has(q)) return difference;
  }
  return undefined;
}
