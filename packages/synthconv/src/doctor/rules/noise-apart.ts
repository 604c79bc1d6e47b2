import { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, Rule } from "../case-file.js";
import { type Noise, type NoisyRuns, noisyRuns } from "../drawn-noise.js";
import { Flow } from "../flow.js";
import { areAlike, isPaired, shareOf } from "../noise-statistics.js";
import { COMPARISONS } from "../operations.js";
import { placesApart } from "../place.js";
import { trainedBehind } from "../sample-writers.js";
import { givenTensors, type Origin } from "../trace.js";

const SUMS: ReadonlySet<string> = new Set(["add", "subtract"]);

/** Noise that was drawn twice where one draw is meant: in the input and in the target, or in the input and its level. */
export const noiseApart: Rule = {
  name: "noise apart",
  find(file, told, accusations) {
    if (told.size > 0 || accusations.length > 0) return [];
    const runs = noisyRuns(file.subject);
    if (runs === undefined) return [];
    const scene = sceneOf(runs);
    for (const meeting of meetingsIn(scene)) {
      const found = targetApart(meeting, scene) ?? levelApart(meeting, scene);
      if (found !== undefined) return [found];
    }
    const mask = maskApart(scene);
    return mask === undefined ? [] : [mask];
  },
};

interface Followed extends Noise {
  readonly influence: ReadonlySet<Tensor>;
}

interface Scene {
  readonly runs: NoisyRuns;
  readonly flow: Flow;
  readonly noise: readonly Followed[];
  readonly isTrained: (tensor: Tensor) => boolean;
}

interface Meeting {
  readonly result: Tensor;
  readonly target: Tensor;
}

function sceneOf(runs: NoisyRuns): Scene {
  const flow = new Flow(runs.trace, runs.loss);
  const noise = runs.noise
    .filter(({ tensor }) => flow.reachesLoss(tensor))
    .map((one) => ({ ...one, influence: flow.influenceOf(one.tensor) }));
  const isTrained = (tensor: Tensor): boolean => trainedBehind([tensor], flow).length > 0;
  return { runs, flow, noise, isTrained };
}

/** Where what the network gives is compared with what it does not. */
function meetingsIn({ runs, flow, isTrained }: Scene): Meeting[] {
  return runs.origins.flatMap(({ operation, inputs, tensor }): Meeting[] => {
    if (!COMPARISONS.has(operation) || inputs.length !== 2 || !flow.reachesLoss(tensor)) return [];
    const result = inputs.find(isTrained);
    const target = inputs.find((one) => !isTrained(one));
    return result === undefined || target === undefined ? [] : [{ result, target }];
  });
}

/** The noise that was added to the input, and another draw of it in the target. */
function targetApart({ result, target }: Meeting, scene: Scene): Accusation | undefined {
  const ofResult = scene.noise.filter(({ influence }) => influence.has(result));
  const ofTarget = scene.noise.filter(({ influence }) => influence.has(target));
  const sized = ofTarget.filter(({ tensor }) => tensor.size === target.size);
  if (sized.some((one) => ofResult.includes(one))) return undefined;
  for (const wrong of sized) {
    const right = ofResult.find(
      (one) =>
        !ofTarget.includes(one) &&
        one.tensor.size === wrong.tensor.size &&
        areAlike(one, wrong) &&
        isAdded(one, scene),
    );
    if (right !== undefined && isWanted(wrong, { result, target }, scene))
      return accusationOf([right, wrong], result, scene, {
        phrase: "the noise that {they are|it is} to tell is not the noise that was added",
        cause:
          "The noise of the target is drawn here, and the noise of the input by another draw: nothing that the network is given tells what it is compared with, and the best answer is the mean.",
        repair: "Draw the noise once, and use the one tensor in the input and in the target.",
      });
  }
  return undefined;
}

/** Whether noise goes into a sum with numbers of its size before anything trained has seen it. */
function isAdded({ tensor, influence }: Followed, { runs, isTrained }: Scene): boolean {
  return runs.origins.some(
    ({ operation, inputs, tensor: sum }) =>
      SUMS.has(operation) &&
      sum.size === tensor.size &&
      inputs.some((one) => influence.has(one)) &&
      inputs.some((one) => !influence.has(one)) &&
      !inputs.some(isTrained),
  );
}

/**
 * Whether it is the noise that is asked for: alone, or less the numbers that it was added to (a velocity). A sum of
 * both is another noisy view of them, which is a target that its mean makes right.
 */
function isWanted(noise: Followed, { result, target }: Meeting, { runs, flow }: Scene): boolean {
  const data = [...givenTensors(runs.trace), ...runs.trace.drawnBefore.keys()].filter(
    (one) => one !== noise.tensor && one.size === target.size && flow.influenceOf(one).has(target),
  );
  const [other, ...more] = data;
  if (other === undefined) return true;
  if (more.length > 0 || !flow.influenceOf(other).has(result)) return false;
  const values = runs.valuesOf(target).map(({ data: one }) => one);
  const [ofNoise, ofOther] = shareOf(
    values,
    noise.draws,
    runs.valuesOf(other).map(({ data: one }) => one),
  );
  return ofNoise * ofOther < 0;
}

/** The noise is that of the target, and its level is not that which the network is told. */
function levelApart({ result, target }: Meeting, scene: Scene): Accusation | undefined {
  const { noise, runs, isTrained } = scene;
  const added = noise.find(
    (one) =>
      one.influence.has(result) &&
      one.influence.has(target) &&
      isAdded(one, scene) &&
      one.tensor.size === target.size,
  );
  if (added === undefined) return undefined;
  const [samples] = added.tensor.shape;
  const before = (one: Followed): Origin[] =>
    runs.origins.filter(
      ({ inputs }) => inputs.some((input) => one.influence.has(input)) && !inputs.some(isTrained),
    );
  const levels = noise.filter(
    (one) => one !== added && one.tensor.shape[0] === samples && one.tensor.size < added.tensor.size,
  );
  const scales = levels.filter((one) =>
    before(one).some(
      ({ operation, inputs }) =>
        operation === "multiply" && inputs.some((input) => added.influence.has(input)),
    ),
  );
  const told = levels.filter((one) => one.influence.has(result) && isTold(one, added, scene));
  const [scale] = scales;
  const [wrong] = told;
  if (scale === undefined || wrong === undefined || scales.some((one) => told.includes(one)))
    return undefined;
  const isKnown =
    scales.some((one) => isTold(one, added, scene)) ||
    scales.some((one) => told.some((two) => isPaired(one, two)));
  if (isKnown || !areAlike(scale, wrong)) return undefined;
  return accusationOf([scale, wrong], result, scene, {
    phrase: "the level that {they are|it is} told is not the level of the noise",
    cause:
      "What the network is given beside the noisy input is drawn here, and what scales the noise by another draw: the level that it is told has nothing to do with the one that was used.",
    repair: "Draw the level once, scale the noise by it, and give the network the same.",
  });
}

/** Whether something trained, or a concat before it, takes it by a way on which it has not met the noise. */
function isTold({ influence }: Followed, added: Followed, { runs }: Scene): boolean {
  return runs.origins.some(
    ({ operation, inputs }) =>
      (operation === "concat" || inputs.some((one) => one instanceof Parameter)) &&
      inputs.some((one) => influence.has(one) && !added.influence.has(one)),
  );
}

/** A mask of the input, and another draw of it that weighs the error. */
function maskApart(scene: Scene): Accusation | undefined {
  const { noise, runs, isTrained } = scene;
  const masks = noise.filter(({ draws }) =>
    draws.every((one) => Array.from(one).every((it) => it === 0 || it === 1)),
  );
  const uses = masks.map((mask) => ({
    mask,
    origins: runs.origins.filter(
      ({ operation, inputs }) => operation === "multiply" && inputs.some((one) => mask.influence.has(one)),
    ),
  }));
  const weighs = uses.filter(
    ({ mask, origins }) =>
      origins.some(({ inputs }) => inputs.some(isTrained)) &&
      !runs.origins.some(
        ({ inputs }) =>
          inputs.some((one) => one instanceof Parameter) && inputs.some((one) => mask.influence.has(one)),
      ),
  );
  const hides = uses.filter(({ origins }) => origins.some(({ inputs }) => !inputs.some(isTrained)));
  for (const { mask: wrong, origins } of weighs) {
    const right = hides.find(
      ({ mask }) => mask !== wrong && mask.tensor.size === wrong.tensor.size && areAlike(mask, wrong),
    );
    const error = origins.flatMap(({ inputs }) => inputs).find(isTrained);
    if (right === undefined || error === undefined || !right.mask.influence.has(error)) continue;
    if (hides.some(({ mask }) => mask === wrong) || weighs.some(({ mask }) => mask === right.mask)) continue;
    return accusationOf([right.mask, wrong], error, scene, {
      phrase: "the mask of {their|its} error is not the mask of the input",
      cause:
        "The mask that weighs the error is drawn here, and the mask of the input by another draw: the error counts where nothing was hidden, and not where something was.",
      repair: "Draw the mask once, hide the input by it, and weigh the error by it or by 1 minus it.",
    });
  }
  return undefined;
}

function accusationOf(
  [right, wrong]: readonly [Followed, Followed],
  result: Tensor,
  { runs, flow }: Scene,
  sentences: Pick<Accusation["complaint"], "phrase" | "cause" | "repair">,
): Accusation {
  const siteOf = ({ tensor }: Followed): Origin["site"] => (runs.trace.origins.get(tensor) as Origin).site;
  const [place, usedAt] = placesApart(siteOf(wrong), siteOf(right));
  return {
    names: trainedBehind([result], flow),
    complaint: { ...{ status: "learns", fault: "conditionMixed", place, usedAt }, ...sentences },
  };
}
