/** The refinement of a trained look: each style for itself, as if it were alone. */
import type { StyleBlend } from "../look/index.js";
import { type FitExample, groupedBy } from "./examples.js";
import { makesGrey } from "./grey-source.js";
import type { LookModel } from "./look-model.js";
import type { Refinement } from "./quality.js";
import { refineNetwork } from "./refine-network.js";
import { isOfPhotos, toldBy } from "./told-by.js";

export interface RefineLookOptions {
  readonly refinement: Refinement;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of `performance.now` after which it ends with what it has. */
  readonly until: number;
  readonly onStep: (step: number, loss: number) => void;
}

/**
 * Steps whose mean is kept where each sees other colours: what each fits of its own colours alone averages out. One of
 * 2,048 colours leaves 492 weights 0.3 dB short of what all colours would have told, the mean of four a tenth of that.
 */
const AVERAGED = 4;

/** Steps that a refinement takes for these examples. */
export function refinementSteps(examples: readonly FitExample[], refinement: Refinement | undefined): number {
  if (refinement === undefined) return 0;
  return [...stylesOf(examples).values()].reduce((sum, group) => sum + stepsFor(group, refinement), 0);
}

/** Steps of the style that takes the most. */
export function mostRefinements(examples: readonly FitExample[], refinement: Refinement): number {
  const groups = [...stylesOf(examples).values()];
  return groups.reduce((most, group) => Math.max(most, stepsFor(group, refinement)), 0);
}

function stepsFor(group: readonly FitExample[], { steps, photoSteps }: Refinement): number {
  return isOfPhotos(group) ? photoSteps : steps;
}

/**
 * Writes the refined weights into the model, style after style; each depends on the seed, its colours and its start alone.
 *
 * @returns whether it came to its end.
 */
export async function refineLook(
  model: LookModel,
  examples: readonly FitExample[],
  { refinement, seed, signal, until, onStep }: RefineLookOptions,
): Promise<"finished" | "aborted" | "timeLimit"> {
  let done = 0;
  for (const group of stylesOf(examples).values()) {
    const { style } = group[0] as FitExample;
    const { network } = model.schema;
    const isTied = !network.residual && group.every(({ samples }) => makesGrey(samples));
    const { colours, restraints, isDrawn } = toldBy(group, { colours: refinement.colours, seed });
    const count = stepsFor(group, refinement);
    const steps = refineNetwork({
      ...{ network, steps: count, weights: model.weightsOf(style) },
      ...{ colours, restraints },
    });
    const last: Float32Array[] = [];
    let own = 0;
    for (const { weights, loss } of steps) {
      own++;
      if (isDrawn && own > count - AVERAGED) last.push(weights);
      const kept = own === count && isDrawn ? meanOfLast(last) : weights;
      model.assignWeights(style, isTied ? tiedOutputs(kept, network.channels) : kept);
      onStep(++done, loss);
      // Signals, timers and the page's events have their turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (signal?.aborted) return "aborted";
      if (performance.now() >= until) return "timeLimit";
    }
  }
  return "finished";
}

/** Of the weights after each step, where each saw colours of its own. */
export function meanOfLast(steps: readonly Float32Array[]): Float32Array {
  const all = steps.slice(-AVERAGED);
  const [first = new Float32Array()] = all;
  return first.map((_, at) => all.reduce((sum, one) => sum + (one[at] as number), 0) / all.length);
}

function stylesOf(examples: readonly FitExample[]): Map<string, FitExample[]> {
  return groupedBy(examples, ({ style }) => styleKey(style));
}

function styleKey(style: StyleBlend | undefined): string {
  return JSON.stringify(style ?? null);
}

/**
 * One last layer for all channels, the mean of the three: colours that are to be grey then are, exactly. Only for a network
 * without the input's own share.
 */
export function tiedOutputs(weights: Float32Array, channels: readonly number[]): Float32Array {
  const width = channels.at(-2) as number;
  const start = weights.length - 3 * (width + 1);
  const tied = weights.slice();
  const tie = (places: readonly number[]): void => {
    const mean = places.reduce((sum, at) => sum + (weights[at] as number), 0) / 3;
    for (const at of places) tied[at] = mean;
  };
  for (let from = 0; from < width; from++) tie([0, 1, 2].map((channel) => start + channel * width + from));
  tie([0, 1, 2].map((channel) => start + 3 * width + channel));
  return tied;
}
