import type { Tensor } from "../../autograd/tensor.js";
import { type CallSite, callSite } from "../../core/call-site.js";
import { Optimizer } from "../../train/optimizer.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { heldParameters } from "../observed-loss.js";
import { inSteps } from "../over-time.js";
import { placeOf } from "../place.js";
import { updateRatios } from "../series.js";

/** A float32 keeps 2^-24 of itself: an update of less than that share changes no bit of a typical weight. */
const UNFELT = 2 ** -24;
/** A pause of fewer steps may end. */
const MIN_STEPS = 6;

/** A step of the user's own, that skips what it should do, clips it to nothing or takes a rate that vanishes. */
export const ownStep: Rule = {
  name: "own step",
  find(file, told) {
    const learning = untold(file, told).filter(({ turns }) => turns.at(-1) === "learns");
    return file.subject.optimizers.flatMap((optimizer): Accusation[] => {
      if (optimizer.step === Optimizer.prototype.step) return [];
      const own = new Set<Tensor>(optimizer.parameters);
      const series = new Map([...file.series].filter(([, { parameter }]) => own.has(parameter)));
      const ratios = updateRatios({ ...file, series });
      const lastFelt = ratios.findLastIndex((ratio) => ratio >= UNFELT);
      const held = learning.filter(({ parameter }) => own.has(parameter));
      if (held.length === 0 || ratios.length - 1 - lastFelt < Math.min(MIN_STEPS, ratios.length)) return [];
      const steps = ratios.flatMap((_, step) => (step > lastFelt ? [step] : []));
      const complaint = inSteps(complaintOf(optimizer, file), steps, ratios.length);
      return [{ names: held.map(({ name }) => name), complaint }];
    });
  },
};

function complaintOf(optimizer: Optimizer, file: CaseFile): Complaint {
  const name = optimizer.constructor.name;
  return {
    status: "notHeld",
    fault: "alwaysZero",
    phrase: `the step of ${name} moves nothing`,
    place: placeOf(firstUseOfGradients(optimizer, file)),
    cause: `The class ${name} has a step of its own, and it changes no weight though a gradient arrives: it returns before super.step(), makes the gradient 0 or steps with a rate that is too small.`,
    repair:
      "Let it call super.step() in every step, with the gradient that arrives and the rate that is meant.",
  };
}

/** The line of the step that takes a gradient first, itself or through what it calls. */
function firstUseOfGradients(optimizer: Optimizer, { subject, last }: CaseFile): CallSite | undefined {
  const restores = [...heldParameters(subject).map((one) => one.snapshot()), optimizer.snapshot()];
  let found: CallSite | undefined;
  for (const parameter of optimizer.parameters) {
    const grad = last.gradients.get(parameter);
    const get = (): Tensor | undefined => {
      found ??= callSite();
      return grad;
    };
    Object.defineProperty(parameter, "grad", { configurable: true, enumerable: true, get, set: () => {} });
  }
  try {
    optimizer.step();
  } catch {
    // Without a line the class alone is named.
  } finally {
    for (const parameter of optimizer.parameters) {
      const property = { configurable: true, enumerable: true, writable: true, value: undefined };
      Object.defineProperty(parameter, "grad", property);
    }
    for (const restore of restores) restore();
  }
  return found;
}
