import type { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import { type CallSite, callSite } from "../../core/call-site.js";
import { largest } from "../../core/extremes.js";
import type { FloatArray } from "../../core/float-array.js";
import { Optimizer } from "../../train/optimizer.js";
import { updateRatios } from "../all-updates.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { observedLoss, putBack } from "../observed-loss.js";
import { inSteps } from "../over-time.js";
import { placeOf, placeOfMade } from "../place.js";
import { numberText } from "../report/words.js";
import { sizesOf } from "../sizes.js";
import { Trace } from "../trace.js";
import { fallenRate } from "./rate.js";

const BLOWN = 10;

/** An optimizer steps inside of the loss, a gradient is there, and the weights stay the same bits. */
export const stillInside: Rule = {
  name: "still inside of the loss",
  find(file, told) {
    const { last, losses } = file;
    // Behind an explosion gradients of 0 are no clip's doing.
    const isBlown =
      largest(updateRatios(file), 0) > 1 && !((losses.at(-1) as number) < BLOWN * (losses[0] as number));
    if (isBlown) return [];
    const assigned = new Set(
      last.trace.entries.flatMap(({ kind, tensor }) => (kind === "assigned" ? [tensor] : [])),
    );
    return last.trace.innerSteps.flatMap(({ site, moved, parameters, rate }): Accusation[] => {
      // A gradient of zeros may have been another before it was clipped.
      const isClipped = (one: Parameter): boolean =>
        moved.size === 0 && parameters.includes(one) && last.innerUpdates.get(one)?.gradient?.norm === 0;
      const isUnfelt = areBelow(UNFELT, parameters, file);
      const isFaint = isBelowEpsilon(parameters, file) || areBelow(SLIGHT, parameters, file);
      const names = [...last.parameters].filter(
        ([name, one]) =>
          (moved.has(one) || isClipped(one)) &&
          (isUnfelt || isFaint || last.still.has(one)) &&
          !assigned.has(one) &&
          !told.has(name),
      );
      if (names.length === 0) return [];
      const clip = clipBefore(
        names.map(([, one]) => one),
        file,
      );
      if (clip !== undefined) return [{ names: names.map(([name]) => name), complaint: clip }];
      if (moved.size === 0 || !(isUnfelt || names.every(([, one]) => last.still.has(one)))) return [];
      const undone = rate < NO_RATE ? undefined : undoneAfter(names[0]?.[1] as Parameter, file);
      if (undone !== undefined) return [{ names: names.map(([name]) => name), complaint: undone }];
      const paths = names.map(([name]) => name);
      const steps = stillSteps(
        names.map(([, one]) => one),
        file,
      );
      return [
        {
          names: paths,
          complaint: inSteps(
            rateComplaint(site, parameters, file, steps.length === file.losses.length),
            steps,
            file.losses.length,
          ),
        },
      ];
    });
  },
};

/** The rate that a step inside of the loss takes: one that is passed to it, one that the run sets, or the optimizer's own. */
function rateComplaint(
  site: CallSite,
  parameters: readonly Tensor[],
  { subject, rateSettings }: CaseFile,
  isFromStart: boolean,
): Complaint {
  const common = {
    status: "zero",
    fault: "alwaysZero",
    phrase: "the step inside of the loss moves nothing",
  } as const;
  const optimizer = [...subject.innerOptimizers.keys()].find((one) => one.parameters === parameters);
  const setting = optimizer && rateSettings.get(optimizer);
  if (setting !== undefined) return { ...common, ...fallenRate(setting) };
  if (optimizer !== undefined && optimizer.learningRate < NO_RATE) {
    return {
      ...common,
      place: placeOfMade(optimizer),
      cause: `The learning rate of the optimizer that is made here is ${numberText(optimizer.learningRate)}: a gradient is there when it steps, and the weights stay as they are.`,
      repair: "Give it a learning rate above 0, 0.001 for Adam, say.",
    };
  }
  return {
    ...common,
    place: placeOf(site),
    cause:
      "A gradient is there when the optimizer steps here, and next to none of the weights changes a bit: the learning rate that is passed to this step is 0, or too small for a float32.",
    repair: isFromStart
      ? "Give this step a learning rate above 0: what makes it is 0 from the first step on, a warm-up that rounds its share of the steps down (Math.floor), say."
      : "Give this step a learning rate above 0 to the end of the training: a schedule has to count as many steps as there are.",
  };
}

/** Adam moves by its rate: half a step between float32 numbers of 0.25 to 0.5, which weights are, is 1.5e-8. */
const NO_RATE = 1e-8;

/** Steps in which none of these weights felt an update. */
function stillSteps(parameters: readonly Tensor[], file: CaseFile): number[] {
  const series = new Map([...file.series].filter(([, { parameter }]) => parameters.includes(parameter)));
  return updateRatios({ ...file, series }).flatMap((ratio, step) => (ratio < UNFELT ? [step] : []));
}

/** Whether no step changed these weights, taken together, by more than a share of them: a start at 0 feels any. */
function areBelow(share: number, parameters: readonly Tensor[], file: CaseFile): boolean {
  const series = new Map([...file.series].filter(([, { parameter }]) => parameters.includes(parameter)));
  const ratios = updateRatios({ ...file, series });
  return series.size > 0 && ratios.every((ratio) => ratio < share);
}

/** Far below the epsilon that Adam adds to the size of a gradient, 1e-8: of its steps a hundredth is left. */
const FAINT = 1e-10;

/** Whether what the steps got was so small that an optimizer that divides by its size takes it for nothing. */
function isBelowEpsilon(parameters: readonly Tensor[], { last }: CaseFile): boolean {
  const norms = parameters.map((one) => last.innerUpdates.get(one)?.gradient?.norm ?? 0);
  return largest(norms, 0) > 0 && largest(norms, 0) < FAINT;
}

/** A float32 keeps 2^-24 of itself: an update of less than that share changes no bit of a typical weight. */
const UNFELT = 2 ** -24;

/** About a thousandth is usual: by a hundredth of that no loss gets anywhere, and a clip may have left so little. */
const SLIGHT = 1e-5;

/** A gradient of less than this share of its weights moves none of them at any usual rate. */
const TINY = 1e-6;
/** What a clip leaves of a gradient at work is far more. */
const SHRUNK = 1e-3;

/** Where the gradients were made too small for any rate before the step: a clip, a scaling. */
function clipBefore(parameters: readonly Parameter[], { last, subject }: CaseFile): Complaint | undefined {
  const updates = parameters.map((one) => last.innerUpdates.get(one));
  const size = largest(
    updates.map((one) => one?.gradient?.norm ?? 0),
    0,
  );
  const weight = largest(
    updates.map((one) => one?.weight.norm ?? 0),
    0,
  );
  const isTiny = size <= TINY * weight;
  const [parameter] = parameters as [Parameter];
  let used: CallSite | undefined;
  let most = 0;
  putBack(subject, () => {
    let isOver = false;
    const onStep = (): void => {
      isOver = true;
    };
    const trace = new Trace({ hasPrints: false, onStep });
    let { grad } = parameter;
    const note = (): void => {
      if (!isOver) used = callSite();
    };
    const property = { configurable: true, enumerable: true };
    const get = (): Tensor | undefined => {
      note();
      return grad;
    };
    const set = (next: Tensor | undefined): void => {
      note();
      grad = next;
      if (next !== undefined) most = Math.max(most, sizesOf(next.data).norm);
    };
    Object.defineProperty(parameter, "grad", { ...property, get, set });
    try {
      observedLoss(subject.loss, trace);
    } finally {
      Object.defineProperty(parameter, "grad", { ...property, writable: true, value: grad });
    }
  });
  // What arrived as small as it is was made small elsewhere.
  if (most === 0 ? size === 0 : !isTiny && size > SHRUNK * most) return undefined;
  return {
    status: "zero",
    fault: "alwaysZero",
    phrase: "what is left of {their gradients|its gradient} moves nothing",
    place: placeOf(used),
    cause: `The gradient that the optimizer steps with has a size of ${numberText(size)}, after what is done to it here: too little for any usual learning rate.`,
    repair: "Clip to a norm of about 1, clipGradientNorm(parameters, 1), or leave the scaling out.",
  };
}

/** The step did change the weights, and something behind it in the run put them back. */
function undoneAfter(parameter: Parameter, { subject, last: { trace } }: CaseFile): Complaint | undefined {
  let hasMoved = false;
  const steps = trace.innerSteps.filter(({ moved }) => moved.has(parameter));
  let last: CallSite | undefined;
  const { step } = Optimizer.prototype;
  const { data } = parameter;
  Optimizer.prototype.step = function (options) {
    const before = data.slice();
    step.call(this, options);
    hasMoved ||= this.parameters.includes(parameter) && data.some((value, i) => value !== before[i]);
    last = undefined;
  };
  try {
    putBack(subject, () => {
      const get = (): FloatArray => {
        last = callSite();
        return data;
      };
      Object.defineProperty(parameter, "data", { configurable: true, enumerable: true, get });
      try {
        observedLoss(subject.loss, new Trace({ hasPrints: false }));
      } finally {
        const property = { configurable: true, enumerable: true, writable: true, value: data };
        Object.defineProperty(parameter, "data", property);
      }
    });
  } finally {
    Optimizer.prototype.step = step;
  }
  if (!hasMoved) return undefined;
  const other = steps.at(-1)?.site;
  if (last === undefined && steps.length > 1) {
    return {
      status: "unused",
      fault: "assignedIntoParameter",
      phrase: "the steps inside of the loss undo each other",
      place: placeOf(other),
      cause: `Of the ${steps.length} steps inside of the loss one moves {these parameters|this parameter} and another, the last of them here, moves {them|it} back.`,
      repair: "Let one optimizer hold {them|it}, the one whose loss {they are|it is} to lower.",
    };
  }
  return {
    status: "unused",
    fault: "assignedIntoParameter",
    phrase: "the step inside of the loss is undone",
    place: placeOf(last),
    cause:
      "The optimizer that steps inside of the loss does move {these parameters|this parameter}, and here the weights of before are put back in the same run.",
    repair: "Put them back before the step whose result is to stay, or leave this out.",
  };
}
