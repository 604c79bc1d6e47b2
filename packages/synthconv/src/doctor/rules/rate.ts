import type { Tensor } from "../../autograd/tensor.js";
import type { Optimizer } from "../../train/optimizer.js";
import { updateRatios } from "../all-updates.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { type Complaint, UNMOVED } from "../complaint.js";
import { constantFactor } from "../constant-factor.js";
import { inSteps } from "../over-time.js";
import { isOwnFormula, tryUpdate } from "../own-update.js";
import { placeOf, placeOfMade } from "../place.js";
import type { RateSetting } from "../rate-setting.js";
import { rateText } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import type { ParameterSeries } from "../series.js";

/** A float32 keeps 2^-24 of itself: an update of less than that share changes no bit of a typical weight. */
const UNFELT = 2 ** -24;
/** About a thousandth is usual; of less than that share an epsilon has taken nearly all. */
const SLIGHT = 1e-5;

/** The rate is 0, or too small to change a float32 weight. */
export const unmoved: Rule = {
  name: "unmoved",
  find(file, told) {
    const learning = untold(file, told).filter(
      // Where none arrives, what moved it was the loss itself.
      ({ turns, inner, numbers: { gradientNorm } }) =>
        turns.includes("learns") && !inner.includes(true) && gradientNorm.some((norm) => norm !== null),
    );
    const { optimizers } = file.subject;
    return optimizers.flatMap((optimizer): Accusation[] => {
      const own = new Set<Tensor>(optimizer.parameters);
      const held =
        optimizers.length === 1 ? learning : learning.filter(({ parameter }) => own.has(parameter));
      // Of all its weights together: a start from 0 feels any update, and a small gradient is not the rate's fault.
      const series = new Map(
        [...file.series].filter(
          ([, { parameter, inner }]) =>
            !inner.includes(true) && (optimizers.length === 1 || own.has(parameter)),
        ),
      );
      const ratio = largest(updateRatios({ ...file, series }));
      const isFelt = ratio >= (hugeEpsilon(optimizer) === undefined ? UNFELT : SLIGHT);
      if (held.length > 0 && isFelt)
        return [...leftStill(held, optimizer, file), ...cameToRest(held, optimizer, file)];
      if (held.length === 0 || isFaintPart(held, optimizer, file)) return [];
      return [{ names: held.map(({ name }) => name), complaint: rateComplaint(file, optimizer, ratio) }];
    });
  },
};

/**
 * A gradient of this share of the largest one is no rounding, and an optimizer that moves others moves it. The first of
 * 7 to 11 layers of random networks got 8e-8 to 9e-6 of what the last one gets where SGD moved it no more.
 */
const CLEAR = 1e-3;

/** One of several optimizers, at a usual rate, that got gradients far below those of the others: not the rate's fault. */
function isFaintPart(
  held: readonly ParameterSeries[],
  optimizer: Optimizer,
  { subject: { optimizers }, series, rateSettings }: CaseFile,
): boolean {
  const isUsual =
    optimizer.learningRate >= USUAL &&
    !rateSettings.has(optimizer) &&
    !isOwnFormula(optimizer) &&
    hugeEpsilon(optimizer) === undefined;
  const norm = ({ numbers: { gradientNorm } }: ParameterSeries): number => largest(gradientNorm);
  const most = largest([...series.values()].map(norm));
  return optimizers.length > 1 && isUsual && held.every((one) => norm(one) < CLEAR * most);
}

/** What an optimizer that moves others leaves as it is, to the bit and in every step: its group has a rate of its own. */
function leftStill(
  held: readonly ParameterSeries[],
  optimizer: Optimizer,
  { subject, series }: CaseFile,
): Accusation[] {
  const norm = ({ numbers: { gradientNorm } }: ParameterSeries): number => largest(gradientNorm);
  const most = largest([...series.values()].map(norm));
  const still = held.filter(
    (one) =>
      !one.moved &&
      !one.written.includes(true) &&
      optimizer.parameters.includes(one.parameter) &&
      norm(one) > CLEAR * most,
  );
  if (still.length === 0 || subject.hasOwnOptimizer) return [];
  return [
    {
      names: still.map(({ name }) => name),
      complaint: {
        ...UNMOVED,
        phrase: "the optimizer leaves {them|it} as {they are|it is}",
        place: placeOfMade(optimizer),
        cause:
          "The optimizer that is made here holds {these parameters|this parameter} and moves others, and {these stay|this one stays} the same bits in every step, though a gradient arrives: the learning rate of {their|its} group is 0, or too small.",
        repair:
          "Give {their|its} group a learning rate above 0, or freeze() {them|it} where {they are|it is} to stay.",
      },
    },
  ];
}

/** A pause of fewer steps may end. */
const MIN_STEPS = 6;

/** The run sets the optimizer's rate itself, and it has come to 0. */
function cameToRest(held: readonly ParameterSeries[], optimizer: Optimizer, file: CaseFile): Accusation[] {
  const series = new Map(held.map((one) => [one.name, one]));
  const ratios = updateRatios({ ...file, series });
  const lastFelt = ratios.findLastIndex((ratio) => ratio >= UNFELT);
  if (file.subject.hasOwnOptimizer || ratios.length - 1 - lastFelt < MIN_STEPS) return [];
  const setting = file.rateSettings.get(optimizer);
  if (
    setting === undefined ||
    setting.rate * largest(held.flatMap((one) => one.numbers.gradientNorm)) > UNFELT
  )
    return [];
  const steps = ratios.flatMap((_, step) => (step > lastFelt ? [step] : []));
  const complaint = inSteps({ ...UNMOVED, ...fallenRate(setting) }, steps, ratios.length);
  return [{ names: held.map(({ name }) => name), complaint }];
}

/** What is said of a rate that the run of the loss sets. */
export function fallenRate({
  rate,
  site,
}: RateSetting): Pick<Complaint, "phrase" | "place" | "cause" | "repair"> {
  return {
    phrase: `the learning rate comes to ${numberText(rate)}`,
    place: placeOf(site),
    cause: `The learning rate of the optimizer is set here, in a run of the loss, and has come to ${numberText(rate)}: a gradient arrives, and the weights stay as they are.`,
    repair:
      "Let the schedule count to the end of the training, as many steps as there are and not epochs, or let it end above 0.",
  };
}

function rateComplaint(file: CaseFile, optimizer: Optimizer, ratio: number): Complaint {
  const { subject } = file;
  // The rate is the diagnosis's own, and not to blame.
  if (subject.hasOwnOptimizer) return { ...UNMOVED, repair: undefined, ...tinyGradient(file, optimizer) };
  const learningRate = Number(optimizer.learningRate.toPrecision(6));
  const setting = file.rateSettings.get(optimizer);
  if (setting !== undefined) return { ...UNMOVED, ...fallenRate(setting) };
  const own = ownFormula(optimizer, file);
  if (own !== undefined) return { ...UNMOVED, ...own };
  const other = learningRate >= USUAL ? (hugeEpsilon(optimizer) ?? tinyGradient(file, optimizer)) : undefined;
  if (other !== undefined) return { ...UNMOVED, ...other };
  return {
    ...UNMOVED,
    phrase: learningRate === 0 ? "the learning rate is 0" : `the learning rate ${learningRate} moves nothing`,
    place: placeOfMade(optimizer),
    cause:
      learningRate === 0
        ? "The learning rate of the optimizer that is made here is 0: a gradient arrives, and the weights stay as they are."
        : `The learning rate of the optimizer that is made here, ${learningRate}, is too small to change a float32 weight: its updates are ${ratio === 0 ? "rounded away" : `${numberText(ratio)} of the weights, of which a float32 keeps ${numberText(UNFELT)}`}.`,
    repair: rateText(subject, "Raise", optimizer),
  };
}

/** An update of the user's own that leaves the weights that it is given as they are. */
function ownFormula(optimizer: Optimizer, { subject, first }: CaseFile): Partial<Complaint> | undefined {
  const parameter = optimizer.parameters.find((one) => first.gradients.has(one));
  const gradient = parameter && first.gradients.get(parameter);
  if (!isOwnFormula(optimizer) || parameter === undefined || gradient === undefined) return undefined;
  const tried = tryUpdate(optimizer, parameter, gradient, subject);
  if (tried === undefined || tried.hasWritten) return undefined;
  const { name } = optimizer.constructor;
  return {
    phrase: `the update of ${name} writes nothing`,
    place: tried.readAt ?? placeOfMade(optimizer),
    cause: `The class ${name} has an update of its own, which takes the gradient here and writes nothing into the weights that it is given: what it computes goes into a copy, or nowhere.`,
    repair: "Write into the array that update is given first, entry by entry: values[i] -= rate * direction.",
  };
}

/** A rate of this size is none to blame by itself. */
const USUAL = 1e-5;

/** Adam divides by the size of the gradients plus an epsilon, which is to be far below them. */
function hugeEpsilon(optimizer: Optimizer): Partial<Complaint> | undefined {
  const epsilon = Number(/"epsilon":([\d.e+-]+)/.exec(optimizer.description)?.[1] ?? 0);
  if (epsilon < 1e-2) return undefined;
  return {
    phrase: `the epsilon ${epsilon} leaves nothing of {their|its} updates`,
    place: placeOfMade(optimizer),
    cause: `The optimizer that is made here divides every update by the size of the gradients plus its epsilon, ${epsilon}, which is far above any gradient: what is left changes no float32 weight.`,
    repair: `Take the usual epsilon, 1e-8, in the place of ${epsilon}.`,
  };
}

/** Gradients that no usual rate makes anything of, and the factor on the way to the loss that makes them so. */
function tinyGradient(
  { last: { trace, flow }, series }: CaseFile,
  optimizer: Optimizer,
): Partial<Complaint> | undefined {
  const gradient = largest([...series.values()].flatMap(({ numbers }) => numbers.gradientNorm));
  const weight = largest([...series.values()].flatMap(({ numbers }) => numbers.weightNorm));
  if (gradient === 0 || gradient * 0.1 > UNFELT * weight) return undefined;
  const factors = [...trace.origins.values()].flatMap((origin) => {
    const factor = flow.feedsTape(origin.tensor) ? constantFactor(origin) : undefined;
    return factor === undefined ? [] : [{ origin, factor }];
  });
  const [smallest] = factors.sort((a, b) => a.factor - b.factor);
  if (smallest === undefined || smallest.factor > 1e-2) return undefined;
  const { operation, site } = smallest.origin;
  return {
    phrase: "a factor makes {their gradients|its gradient} too small to move {them|it}",
    place: placeOf(site),
    cause: `This ${operation} makes what it gets ${numberText(smallest.factor)} times as large, and every gradient with it, ${numberText(gradient)} at the most: at a rate of ${optimizer.learningRate} no update changes a float32 weight.`,
    repair:
      "Leave the factor out: a mean needs no division by a count any more, and a unit stands on both sides or on none, also in what the result is compared with.",
  };
}

function largest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}
