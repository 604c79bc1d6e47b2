import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import { type Ownership, ownershipOf, structureOf } from "../sample-ownership.js";
import type { Origin } from "../trace.js";

/** What gives errors of either sign, and what makes a size of them. */
const SIZES: ReadonlySet<string> = new Set(["square", "abs", "pow", "sqrt"]);

/** A difference that is averaged over the batch before it is squared: errors of either sign cancel. */
export const pooledError: Rule = {
  name: "pooled error",
  find({ subject, batch, last, mixes }, _told, accusations) {
    if (accusations.length > 0) return [];
    const ownership = ownershipOf(subject, batch);
    if (ownership === undefined) return [];
    const found = ownership.base.origins.find((origin) => isPooledDifference(origin, ownership));
    const paired = found && pairedIn(found, ownership);
    if (found === undefined || paired === undefined || paired.some((name) => mixes.includes(name))) return [];
    const names = [...last.parameters].filter(
      ([, one]) => one.trainable && ownership.flow.influenceOf(one).has(found.tensor),
    );
    const accusation: Accusation = {
      names: names.map(([name]) => name),
      complaint: {
        status: "learns",
        fault: "conditionMixed",
        phrase: `${found.operation} pools the errors of all samples`,
        place: placeOf(found.site),
        cause: `This ${found.operation} goes over the batch before the size of the error is taken: errors of different samples cancel, and only what all give together has to fit ${paired.at(-1)}.`,
        repair: `Take the size first and pool then: mean(square(subtract(a, b))). Where only the means are to agree, say so: mixes: ["${paired.at(-1)}"].`,
      },
    };
    return [accusation];
  },
};

/** A sum over the batch of a difference of samples, of which a size is taken next. */
function isPooledDifference(
  { operation, tensor, inputs: [given] }: Origin,
  { base, samples, flow }: Ownership,
): boolean {
  if ((operation !== "mean" && operation !== "sum") || given?.shape[0] !== samples) return false;
  if (tensor.shape[0] === samples || !flow.reachesLoss(tensor) || tensor.size !== given.size / samples)
    return false;
  const made = base.origins.find((one) => one.tensor === given);
  const readers = flow.edgesOutOf(tensor).map(({ to }) => base.origins.find((one) => one.tensor === to));
  const isSquared = ({ operation: by, inputs }: Origin): boolean =>
    SIZES.has(by) || (by === "multiply" && inputs.every((one) => one === tensor));
  return made?.operation === "subtract" && readers.some((one) => one !== undefined && isSquared(one));
}

/** The names of the tensors whose samples meet, each with its own, in what is pooled. */
function pairedIn({ inputs: [given] }: Origin, ownership: Ownership): string[] | undefined {
  const at = ownership.base.origins.findIndex(({ tensor }) => tensor === (given as Tensor));
  const own = ownership.inputs.filter((input) => structureOf(at, ownership, input) === "own");
  return own.length < 2 ? undefined : own.map(({ name }) => name);
}
