import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { sizesOf } from "../sizes.js";
import type { Origin } from "../trace.js";

/**
 * Of the 1000 steps of a diffusion model (Ho et al., NeurIPS 2020: variances from 1e-4 to 0.02) the noise is above this
 * many times what is left of the image in the last 180, which no batch of drawn steps has alone.
 */
const DROWNED = 30;

/** Fresh noise that is added to an input and is so much larger that nothing of the input can be told. */
export const drowned: Rule = {
  name: "drowned",
  find(file, _told, accusations) {
    if (accusations.length > 0) return [];
    const { first, last, batch } = file;
    const before = [...first.trace.origins.values()];
    return [...last.trace.origins.values()].flatMap((origin, at): Accusation[] => {
      const { operation, inputs } = origin;
      if ((operation !== "add" && operation !== "subtract") || inputs.length !== 2) return [];
      const signal = inputs.find((one) => !one.requiresGrad && followsBatch(one, last, batch));
      const noise = inputs.find((one) => one !== signal);
      const earlier = before[at]?.inputs[inputs.indexOf(noise as Tensor)];
      if (signal === undefined || noise === undefined || !isFresh(noise, earlier, last)) return [];
      const [name] = [...batch].flatMap(([tensor, path]) =>
        last.flow.influenceOf(tensor).has(signal) ? [path] : [],
      );
      const times = leastRatio(noise, signal);
      const names = trainedBehind(origin, file);
      if (!(times > DROWNED) || names.length === 0) return [];
      return [
        {
          names,
          complaint: {
            status: "learns",
            severity: "warning",
            fault: "collapsedGenerator",
            phrase: `noise drowns ${name}`,
            place: placeOf(origin.site),
            cause: `What is added to ${name} here is drawn anew in every step and is ${numberText(times)} times as large as ${name} in every sample: of ${name} nothing can be told any more.`,
            repair: `Draw the noise smaller, a tenth of the size of ${name}, say, or leave it out.`,
          },
        },
      ];
    });
  },
};

function followsBatch(tensor: Tensor, { flow }: ObservedStep, batch: CaseFile["batch"]): boolean {
  return [...batch.keys()].some((one) => flow.influenceOf(one).has(tensor));
}

/** Whether it was made in the run, of no parameter and of other numbers than in an earlier step. */
function isFresh(noise: Tensor, earlier: Tensor | undefined, { trace }: ObservedStep): boolean {
  if (noise.requiresGrad || earlier?.size !== noise.size || !trace.origins.has(noise)) return false;
  return noise.data.some((value, index) => value !== earlier.data[index]);
}

/** Of all samples, the one in which the noise is the least of what it is added to. */
function leastRatio(noise: Tensor, signal: Tensor): number {
  const samples = noise.shape[0] === signal.shape[0] ? (signal.shape[0] ?? 1) : 1;
  const norm = ({ data, size }: Tensor, sample: number): number =>
    sizesOf(data.subarray((sample * size) / samples, ((sample + 1) * size) / samples)).norm / Math.sqrt(size);
  const ratios = Array.from({ length: samples }, (_, sample) => norm(noise, sample) / norm(signal, sample));
  return ratios.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
}

/** What is trained and meets it afterwards. */
function trainedBehind({ tensor }: Origin, file: CaseFile): string[] {
  const { flow, trace } = file.last;
  const behind = flow.influenceOf(tensor);
  const met = [...behind].flatMap((one) => trace.origins.get(one)?.inputs ?? []);
  return ancestorsOf(
    met.filter((one) => !behind.has(one) && one.requiresGrad),
    file,
  );
}
