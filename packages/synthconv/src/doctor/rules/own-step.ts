import type { Parameter } from "../../autograd/parameter.js";
import { Tensor } from "../../autograd/tensor.js";
import { type CallSite, callSite } from "../../core/call-site.js";
import { Optimizer } from "../../train/optimizer.js";
import { updateRatios } from "../all-updates.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { nextLine } from "../line-search.js";
import { heldParameters } from "../observed-loss.js";
import { inSteps } from "../over-time.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { sizesOf } from "../sizes.js";

/** A float32 keeps 2^-24 of itself: an update of less than that share changes no bit of a typical weight. */
const UNFELT = 2 ** -24;
/** A rate of this size is none to blame by itself. */
const USUAL = 1e-5;
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
  const trial = tryStep(optimizer, file);
  return {
    status: "notHeld",
    fault: "alwaysZero",
    phrase: `the step of ${name} moves nothing`,
    ...sentencesOf(name, trial),
  };
}

function sentencesOf(name: string, { used, called }: Trial): Pick<Complaint, "place" | "cause" | "repair"> {
  const own = `The class ${name} has a step of its own, and it changes no weight though a gradient arrives:`;
  if (called === undefined) {
    const place = placeOf(used);
    return {
      place: place && nextLine(place, /\breturn\b|super\.step\b/),
      cause: `${own} it ends here, before super.step().`,
      repair:
        "Let it call super.step() with the gradient that arrives: turn the condition round, or leave it out.",
    };
  }
  if (called.isGone) {
    return {
      place: placeOf(used),
      cause: `${own} of the gradient it leaves nothing, or next to nothing, before super.step().`,
      repair: "Clip to a norm of about 1, scale by a factor of about 1, or leave the gradient as it arrives.",
    };
  }
  return {
    place: placeOf(called.site),
    cause: `${own} the step that it takes here has a rate of ${numberText(called.rate)}.`,
    repair: "Pass the rate that is meant to super.step(), or none: the optimizer's own.",
  };
}

/** What a step of the user's own does when it is tried. */
interface Trial {
  /** Where it takes a gradient last, itself or through what it calls. */
  readonly used: CallSite | undefined;
  /** The library's step, where it is called. */
  readonly called: { readonly site: CallSite; readonly rate: number; readonly isGone: boolean } | undefined;
}

function tryStep(optimizer: Optimizer, { subject, last }: CaseFile): Trial {
  const restores = [...heldParameters(subject).map((one) => one.snapshot()), optimizer.snapshot()];
  let used: CallSite | undefined;
  let called: Trial["called"];
  const gradients = new Map<Parameter, Tensor | undefined>();
  for (const parameter of optimizer.parameters) {
    const arrived = last.gradients.get(parameter);
    gradients.set(parameter, arrived && new Tensor({ shape: arrived.shape, data: arrived.data.slice() }));
    const get = (): Tensor | undefined => {
      if (called === undefined) used = callSite();
      return gradients.get(parameter);
    };
    const set = (next: Tensor | undefined): void => {
      if (called === undefined) used = callSite();
      gradients.set(parameter, next);
    };
    Object.defineProperty(parameter, "grad", { configurable: true, enumerable: true, get, set });
  }
  // What arrived was changed in place by the step before: what is left is held against the weights.
  const weights = sizeOf(optimizer.parameters);
  const { step } = Optimizer.prototype;
  Optimizer.prototype.step = function (options = {}) {
    const rate = options.learningRate ?? this.learningRate;
    const left = sizeOf(gradients.values());
    const isGone = left === 0 || (used !== undefined && rate >= USUAL && left * rate <= UNFELT * weights);
    called = { site: callSite(), rate, isGone };
  };
  try {
    optimizer.step();
  } catch {
    // Without a line the class alone is named.
  } finally {
    Optimizer.prototype.step = step;
    for (const parameter of optimizer.parameters) {
      const property = { configurable: true, enumerable: true, writable: true, value: undefined };
      Object.defineProperty(parameter, "grad", property);
    }
    for (const restore of restores) restore();
  }
  return { used, called };
}

function sizeOf(gradients: Iterable<Tensor | undefined>): number {
  let sum = 0;
  for (const one of gradients) sum += one === undefined ? 0 : sizesOf(one.data).norm ** 2;
  return Math.sqrt(sum);
}
