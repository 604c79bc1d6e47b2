/** Which colours a training step sees: some of the examples, and a batch of each. */

import { Tensor } from "../autograd/index.js";
import { largest, smallest } from "../core/extremes.js";
import { allocateUnset, type FloatArray } from "../core/float-array.js";
import type { RandomStream } from "../core/random.js";
import type { PixelNetwork } from "../kernels/index.js";
import type { Knob } from "../look/index.js";
import type { StepContext } from "../train/index.js";
import { ColourBatches } from "./batches.js";
import { type FitCondition, type FitExample, groupedBy } from "./examples.js";
import { fingerprintOf } from "./fingerprint.js";
import { KnobLines } from "./knob-lines.js";
import { firstWithSameColours, MixedTargets } from "./mixed-targets.js";
import { sampleCount } from "./samples.js";

/** Knob settings of a style seen together in one step: their gradients average out, as those of a mini-batch do. */
const EXAMPLES_A_STEP = 4;

/** Picks the examples and the batches of each step: as many colours of every style as a look of one style sees. */
export class ExampleFeed {
  readonly #examples: readonly FitExample[];
  readonly #batches: readonly ColourBatches[];
  /** Indices of the examples of each style. */
  readonly #groups: readonly (readonly number[])[];
  /** Examples of a style in a step. */
  readonly #atOnce: number;
  readonly #batchSize: number;
  readonly #loss: string;
  readonly #lines: KnobLines;
  readonly #mixed: MixedTargets;

  constructor(
    examples: readonly FitExample[],
    { batch, seed, loss, knobs = [] }: { batch: number; seed: number; loss: string; knobs?: readonly Knob[] },
  ) {
    this.#examples = examples;
    this.#loss = loss;
    const indices = examples.map((_, index) => index);
    this.#groups = [
      ...groupedBy(indices, (index) => JSON.stringify(examples[index]?.style ?? null)).values(),
    ];
    this.#atOnce = Math.min(
      EXAMPLES_A_STEP,
      largest(
        this.#groups.map((group) => group.length),
        1,
      ),
    );
    const wanted = Math.max(1, Math.round(batch / this.#atOnce));
    // All samples of a step lie in one tensor, so their batches are of one size.
    this.#batchSize = smallest(
      examples.map(({ samples }) => sampleCount(samples)),
      wanted,
    );
    this.#lines = new KnobLines(examples, knobs);
    const sameColours = this.#lines.isEmpty
      ? examples.map((_, index) => index)
      : firstWithSameColours(examples);
    this.#batches = examples.map(({ samples }, index) => {
      return new ColourBatches(samples, { size: this.#batchSize, seed, name: String(sameColours[index]) });
    });
    this.#mixed = new MixedTargets(this.#batches, sameColours);
  }

  /** What a resumed run must share beside the network. */
  get facts(): Record<string, string> {
    return {
      batch: String(this.#batchSize),
      loss: this.#loss,
      data: fingerprintOf(this.#examples.flatMap(({ samples }) => [samples.input, samples.target])),
    };
  }

  /** @param networkAt the network that the look writes by now: what is between settings may depend on it. */
  next({ random }: StepContext, networkAt: (condition: FitCondition) => PixelNetwork): FeedStep {
    const stream = random("batch");
    const chosen = this.#groups.flatMap((group) =>
      choose(group.length, this.#atOnce, stream).map((nth) => group[nth] as number),
    );
    const parts: StepPart[] = chosen.map((index) => {
      const batches = this.#batches[index] as ColourBatches;
      return { condition: this.#examples[index] as FitExample, ...batches.at(stream.integer(batches.count)) };
    });
    if (!this.#lines.isEmpty) {
      const between = random("between");
      for (const index of chosen) {
        const part = this.#partBetween(index, between, networkAt);
        if (part !== undefined) parts.push(part);
      }
    }
    const shape = [parts.length, 3, 1, this.#batchSize];
    return {
      conditions: parts.map(({ condition }) => condition),
      // Not by tensor(), which copies: with threads that is 1.5 MB of new shared memory per step of 65,536 colours.
      image: new Tensor({ shape, data: joined(parts.map(({ input }) => input)) }),
      target: new Tensor({ shape, data: joined(parts.map(({ target }) => target)) }),
    };
  }

  #partBetween(
    example: number,
    stream: RandomStream,
    networkAt: (condition: FitCondition) => PixelNetwork,
  ): StepPart | undefined {
    const mixed = this.#lines.draw(example, stream);
    if (mixed === undefined) return undefined;
    const batches = this.#batches[example] as ColourBatches;
    const batch = stream.integer(batches.count);
    const { input } = batches.at(batch);
    const target = this.#mixed.targetOf({ mixed, image: input, example, batch }, networkAt);
    const { settings, style } = mixed;
    return { condition: { settings, ...(style !== undefined && { style }) }, input, target };
  }
}

/** A batch of colours at one condition, `[3,n]` each. */
interface StepPart {
  readonly condition: FitCondition;
  readonly input: FloatArray;
  readonly target: FloatArray;
}

/** What a step sees: B conditions with n colours each. */
export interface FeedStep {
  readonly conditions: readonly FitCondition[];
  /** `[B,3,1,n]` */
  readonly image: Tensor;
  /** `[B,3,1,n]` */
  readonly target: Tensor;
}

/** `count` whole numbers below `limit`: different ones, or all of them over and over where there are fewer. */
function choose(limit: number, count: number, stream: RandomStream): number[] {
  if (limit < count) return Array.from({ length: count }, (_, nth) => nth % limit);
  return chooseDistinct(limit, count, stream);
}

/** `count` different whole numbers below `limit`, by Floyd's algorithm (Bentley and Floyd, CACM 30(9), 1987). */
function chooseDistinct(limit: number, count: number, stream: RandomStream): number[] {
  const chosen = new Set<number>();
  for (let top = limit - count; top < limit; top++) {
    const candidate = stream.integer(top + 1);
    chosen.add(chosen.has(candidate) ? top : candidate);
  }
  return [...chosen];
}

/** The one part itself, or all in one array. */
function joined(parts: readonly FloatArray[]): FloatArray {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  // Within a step of the loop it is taken back with the results.
  const all = allocateUnset(
    "float32",
    parts.reduce((total, part) => total + part.length, 0),
  );
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
