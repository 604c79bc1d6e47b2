/** One step of Adam over the numbers of a parameter: the implementations, the best first. */
import { choose, type Implementation, noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { kernelLoader } from "../base/backend.js";
import { BYTES, kernelFloats, layOut } from "../base/memory.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";

export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** The learning rate, corrected for the beginning of the average of gradients. */
  readonly stepSize: number;
  /** What the root of the average of squares is divided by. */
  readonly squareCorrection: number;
  readonly epsilon: number;
  /** What is left of a value by the decay that is apart from the gradient. */
  readonly kept: number;
  /** Times a value: the decay that is part of the gradient. */
  readonly penalty: number;
}

/** Arrays of one length and element type; all but the gradient are written. */
export interface AdamState {
  readonly values: FloatArray;
  readonly gradient: FloatArray;
  readonly mean: FloatArray;
  readonly meanSquare: FloatArray;
  /** The largest averages of squares so far, where they take the place of these. */
  readonly largest: FloatArray | undefined;
}

type AdamImplementation = Implementation<[state: AdamState], (step: AdamStep, state: AdamState) => void>;

/** Float64 between the arrays; every implementation gives the same bits. */
export function adamStep(step: AdamStep, state: AdamState): void {
  choose("Adam step", [wasm, reference], state)(step, state);
}

function inLoops(step: AdamStep, { values, gradient, mean, meanSquare, largest }: AdamState): void {
  const { beta1, beta2, stepSize, squareCorrection, epsilon, kept, penalty } = step;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const slope = (gradient[i] as number) + penalty * value;
    mean[i] = beta1 * (mean[i] as number) + (1 - beta1) * slope;
    meanSquare[i] = beta2 * (meanSquare[i] as number) + (1 - beta2) * slope * slope;
    let square = meanSquare[i] as number;
    if (largest !== undefined) {
      square = Math.max(largest[i] as number, square);
      largest[i] = square;
    }
    const denominator = Math.sqrt(square) / squareCorrection + epsilon;
    values[i] = kept * value - (stepSize * (mean[i] as number)) / denominator;
  }
}

const reference: AdamImplementation = { name: "reference", prepare: () => inLoops };

/** The exports of assembly/kernel.ts; pointers are bytes. */
interface Kernel {
  adam(
    ...args: [
      ...[values: number, gradient: number, mean: number, meanSquare: number, count: number],
      ...[beta1: number, beta2: number, stepSize: number, correction: number],
      ...[epsilon: number, kept: number, penalty: number],
    ]
  ): void;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 64;

// As in kernels/entries: four regions of so many numbers stay in the cache next to the nearest.
const CHUNK = 4096;

const { start: PLACES, end: END } = layOut({
  values: CHUNK,
  gradient: CHUNK,
  mean: CHUNK,
  meanSquare: CHUNK,
});

const wasm: AdamImplementation = {
  name: "wasm",
  prepare: ({ values, largest }) => {
    const kernel = loadKernel();
    const isCovered = values instanceof Float32Array && values.length >= MIN_NUMBERS && largest === undefined;
    return kernel === undefined || !isCovered ? undefined : (step, state) => inChunks(kernel, step, state);
  },
};

function inChunks(kernel: Kernel, step: AdamStep, state: AdamState): void {
  const { beta1, beta2, stepSize, squareCorrection, epsilon, kept, penalty } = step;
  const { length } = state.values;
  const memory = kernelFloats(END);
  noteChoice("updates kernel", length > CHUNK ? "several chunks" : "one chunk");
  for (let start = 0; start < length; start += CHUNK) {
    const end = Math.min(length, start + CHUNK);
    const load = (name: keyof typeof PLACES): void =>
      copyEntries(state[name], start, end, memory, PLACES[name] / BYTES);
    const unload = (name: keyof typeof PLACES): void => {
      const place = PLACES[name] / BYTES;
      copyEntries(memory, place, place + end - start, state[name], start);
    };
    for (const name of ["values", "gradient", "mean", "meanSquare"] as const) load(name);
    kernel.adam(
      ...([PLACES.values, PLACES.gradient, PLACES.mean, PLACES.meanSquare, end - start] as const),
      ...([beta1, beta2, stepSize, squareCorrection, epsilon, kept, penalty] as const),
    );
    for (const name of ["values", "mean", "meanSquare"] as const) unload(name);
  }
}
