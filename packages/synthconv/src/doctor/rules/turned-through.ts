import { type Accusation, ancestorsOf, type Rule } from "../case-file.js";
import { operationsThat } from "../operations.js";
import { placeOf } from "../place.js";
import { straightThroughs } from "../straight-through.js";

const STEPS = operationsThat("steps");

/** A straight-through estimator that lets the gradient pass by a minus: what arrives has the wrong sign. */
export const turnedThrough: Rule = {
  name: "straight-through turned round",
  find(file, told) {
    return straightThroughs(file.last).flatMap(({ origin, stepped, passed, isTurned }): Accusation[] => {
      const names = isTurned ? ancestorsOf(passed, file).filter((name) => !told.has(name)) : [];
      if (names.length === 0) return [];
      const operation = file.last.trace.origins.get(stepped)?.operation ?? "";
      const what = STEPS.has(operation) ? `the ${operation}` : "what was chosen or rounded before it";
      return [
        {
          names,
          complaint: {
            status: "learns",
            fault: "zeroDerivative",
            phrase: "{their gradients come|its gradient comes} with the wrong sign",
            place: placeOf(origin.site),
            cause: `This sum has the value of ${what}, and the gradient that it lets pass beside that comes by a minus: it has the wrong sign, and training goes up.`,
            repair:
              'Detach the difference alone: add(z, subtract(q, z).detach({ reason: "straight through" })), where q is the value and z what it was made of.',
          },
        },
      ];
    });
  },
};
