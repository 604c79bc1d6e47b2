import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, Rule } from "../case-file.js";
import { COMPARISONS } from "../operations.js";
import { placeOf } from "../place.js";
import { type Ownership, ownershipOf, structureOf } from "../sample-ownership.js";
import type { Origin } from "../trace.js";
import { unmoved } from "../zero/spot.js";

/** What gives errors of either sign, and what makes a size of them. */
const SIZES: ReadonlySet<string> = new Set(["square", "abs", "pow", "sqrt"]);

/** A difference that is averaged over the batch before it is squared: errors of either sign cancel. */
export const pooledError: Rule = {
  name: "pooled error",
  find({ subject, batch, last, mixes }, _told, accusations) {
    if (accusations.length > 0) return [];
    const ownership = ownershipOf(subject, batch);
    if (ownership === undefined) return [];
    const difference = ownership.base.origins.find((origin) => isPooledDifference(origin, ownership));
    const means = difference === undefined ? comparedMeans(ownership) : undefined;
    const found = difference ?? means?.given;
    const paired = means === undefined ? difference && pairedIn(difference, ownership) : means.names;
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
        cause:
          means === undefined
            ? `This ${found.operation} goes over the batch before the size of the error is taken: errors of different samples cancel, and only what all give together has to fit ${paired.at(-1)}.`
            : `This ${found.operation} goes over the batch before its result is compared with the one of ${paired.at(-1)}, and nothing else is compared: what all samples give together has to fit, and no sample what belongs to it.`,
        repair: `Take the size first and pool then: mean(square(subtract(a, b))). Where only the means are to agree, say so: mixes: ["${paired.at(-1)}"].`,
      },
    };
    return [accusation];
  },
};

/**
 * The mean over the batch of what the network gives, where the loss sees nothing of it but that this is near the mean
 * of a tensor of the batch, as it was given.
 */
function comparedMeans(ownership: Ownership): { given: Origin; names: string[] } | undefined {
  const { base, flow, inputs } = ownership;
  const made = new Map(base.origins.map((one) => [one.tensor, one]));
  for (const { operation, inputs: sides } of base.origins) {
    if (!COMPARISONS.has(operation) || sides.length !== 2) continue;
    const pooled = sides.map((side) => made.get(unmoved(side, base.trace)));
    const given = pooled.find((one) => one?.tensor.requiresGrad === true);
    const target = pooled.find((one) => one?.tensor.requiresGrad === false);
    const targetInput = inputs.find(({ tensor }) => tensor === target?.inputs[0]);
    if (given === undefined || targetInput === undefined) continue;
    if (![given, target].every((one) => one !== undefined && isPooled(one, ownership))) continue;
    const from = given.inputs[0] as Tensor;
    const isOnlyWay = flow.edgesOutOf(from).every(({ to }) => to === given.tensor);
    const at = base.origins.findIndex(({ tensor }) => tensor === from);
    const own = inputs.filter((input) => at >= 0 && structureOf(at, ownership, input) === "own");
    if (isOnlyWay && own.length > 0)
      return { given, names: [...own.map(({ name }) => name), targetInput.name] };
  }
  return undefined;
}

function isPooled({ operation, tensor, inputs: [given] }: Origin, { samples }: Ownership): boolean {
  const isReduced = operation === "mean" || operation === "sum";
  return isReduced && given?.shape[0] === samples && tensor.shape[0] !== samples;
}

/** A sum over the batch of a difference of samples, of which a size is taken next. */
function isPooledDifference(origin: Origin, ownership: Ownership): boolean {
  const { base, flow } = ownership;
  const {
    tensor,
    inputs: [given],
  } = origin;
  if (!isPooled(origin, ownership) || !flow.reachesLoss(tensor)) return false;
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
