/** Which colours a training step sees: some of the examples, and a batch of each. */

import { Tensor } from "../autograd/index.js";
import { smallest } from "../core/extremes.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import type { RandomStream } from "../core/random.js";
import type { Settings } from "../look/index.js";
import type { StepContext } from "../train/index.js";
import { ColourBatches } from "./batches.js";
import { fingerprintOf } from "./fingerprint.js";
import { type ColourSamples, sampleCount } from "./samples.js";

/** Colours before and after at one setting of the knobs. */
export interface FitExample {
  /** Default: every knob at its default. */
  readonly settings?: Settings;
  readonly samples: ColourSamples;
}

/** Knob settings seen together in one step: their gradients average out, as those of a mini-batch do. */
const EXAMPLES_A_STEP = 4;

/** Picks the examples and the batches of each step. */
export class ExampleFeed {
  readonly #examples: readonly FitExample[];
  readonly #batches: readonly ColourBatches[];
  readonly #atOnce: number;
  readonly #batchSize: number;
  readonly #loss: string;

  constructor(
    examples: readonly FitExample[],
    { batch, seed, loss }: { batch: number; seed: number; loss: string },
  ) {
    this.#examples = examples;
    this.#loss = loss;
    this.#atOnce = Math.min(EXAMPLES_A_STEP, examples.length);
    const wanted = Math.max(1, Math.round(batch / this.#atOnce));
    // All samples of a step lie in one tensor, so their batches are of one size.
    this.#batchSize = smallest(
      examples.map(({ samples }) => sampleCount(samples)),
      wanted,
    );
    this.#batches = examples.map(
      ({ samples }, index) =>
        new ColourBatches(samples, { size: this.#batchSize, seed, name: String(index) }),
    );
  }

  /** What a resumed run must share beside the network. */
  get facts(): Record<string, string> {
    return {
      batch: String(this.#batchSize),
      loss: this.#loss,
      data: fingerprintOf(this.#examples.flatMap(({ samples }) => [samples.input, samples.target])),
    };
  }

  next({ random }: StepContext): { conditions: Settings[]; image: Tensor; target: Tensor } {
    const stream = random("batch");
    const chosen = chooseDistinct(this.#examples.length, this.#atOnce, stream);
    const parts = chosen.map((index) => {
      const batches = this.#batches[index] as ColourBatches;
      return batches.at(stream.integer(batches.count));
    });
    const shape = [chosen.length, 3, 1, this.#batchSize];
    return {
      conditions: chosen.map((index) => this.#examples[index]?.settings ?? {}),
      // Not by tensor(), which copies: with threads that is 1.5 MB of new shared memory per step of 65,536 colours.
      image: new Tensor({ shape, data: joined(parts.map(({ input }) => input)) }),
      target: new Tensor({ shape, data: joined(parts.map(({ target }) => target)) }),
    };
  }
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
  const all = allocate(
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
