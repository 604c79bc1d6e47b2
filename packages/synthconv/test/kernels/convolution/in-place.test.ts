/** Convolutions of results of a step, which kernels read and write where they lie, have the bits of those that are copied. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { observeChoices } from "../../../src/core/choices.js";
import {
  allocateResult,
  type FloatArray,
  openResults,
  placeResultsFrom,
  WORK_BYTES,
} from "../../../src/core/index.js";
import { workingMemory } from "../../../src/kernels/base/memory.js";
import {
  type ConvolutionSizes,
  convolve,
  convolveImageGradient,
  convolveWeightGradient,
} from "../../../src/kernels/convolution/index.js";
import { availableBackends, type Backend, setBackend } from "../../../src/kernels/index.js";

afterEach(() => {
  setBackend(undefined);
  observeChoices(undefined);
});

interface Case {
  readonly batch?: number;
  readonly channels: number;
  readonly outputs: number;
  readonly groups?: number;
  readonly size: readonly [number, number];
  readonly kernel?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly dilation?: number;
  /** A number far brighter than the rest, beside which Winograd's way has no digits. */
  readonly bright?: number;
}

function sizesOf({ batch = 2, channels, outputs, groups = 1, size, ...options }: Case): ConvolutionSizes {
  const { kernel = 3, stride = 1, padding = 1, dilation = 1 } = options;
  const side = (length: number) =>
    Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  return {
    ...{ batch, groups, groupInputs: channels / groups, groupOutputs: outputs / groups, weightStep: 0 },
    ...{ input: size, output: [side(size[0]), side(size[1])], kernel: [kernel, kernel] },
    ...{ stride: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation] },
  };
}

function numbers(length: number, seed: number, bright?: number): Float32Array {
  let state = seed;
  const drawn = Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  });
  if (bright !== undefined) drawn[length >> 1] = bright;
  return drawn;
}

/** All three passes; what `place` makes holds NaN before it is written. */
function passes(one: Case, place: (length: number) => FloatArray): number[][] {
  const sizes = sizesOf(one);
  const { batch, groups, groupInputs, groupOutputs, input, output, kernel } = sizes;
  const channels = groups * groupInputs;
  const placed = (drawn: Float32Array): FloatArray => {
    const into = place(drawn.length);
    into.set(drawn);
    return into;
  };
  const unset = (length: number): FloatArray => place(length).fill(Number.NaN);
  const image = placed(numbers(batch * channels * input[0] * input[1], 1, one.bright));
  const weight = numbers(groups * groupOutputs * groupInputs * kernel[0] * kernel[1], 2);
  const bias = { data: numbers(groups * groupOutputs, 3), step: 0 };
  const results = batch * groups * groupOutputs * output[0] * output[1];
  const upstream = placed(numbers(results, 4));
  const [out, gradient] = [unset(results), unset(image.length)];
  const weightGradient = new Float64Array(weight.length);
  convolve(sizes, image, weight, bias, out);
  convolveImageGradient(sizes, weight, upstream, gradient);
  convolveWeightGradient(sizes, image, upstream, weightGradient);
  return [out, gradient, weightGradient].map((found) => Array.from(found));
}

function inResults(body: (place: (length: number) => FloatArray) => void): void {
  placeResultsFrom(0);
  const { close } = openResults();
  try {
    body((length) => allocateResult("float32", length));
  } finally {
    close();
    placeResultsFrom();
  }
}

/** Its weights alone are 4 MB. */
const LARGE: Case = { batch: 1, channels: 160, outputs: 256, size: [6, 6], kernel: 5, padding: 2 };

const CASES: readonly (readonly [string, Case])[] = [
  ["Winograd's way", { channels: 8, outputs: 8, size: [16, 24] }],
  ["the same of odd sizes", { channels: 5, outputs: 6, size: [13, 19] }],
  ["the same without padding", { channels: 4, outputs: 4, size: [12, 20], padding: 0 }],
  ["the same in blocks of rows", { batch: 1, channels: 16, outputs: 16, size: [130, 64] }],
  ["the same in blocks of parts of rows", { batch: 1, channels: 4, outputs: 64, size: [4, 1100] }],
  ["the same in groups", { channels: 8, outputs: 16, groups: 2, size: [16, 16] }],
  ["blocks that take the direct way", { channels: 4, outputs: 4, size: [40, 40], bright: 1e6 }],
  ["blocks with a result that is not finite", { channels: 4, outputs: 4, size: [12, 12], bright: 3e38 }],
  ["the direct way", { channels: 3, outputs: 16, size: [20, 22] }],
  ["the direct way with a stride", { channels: 6, outputs: 6, size: [21, 22], stride: 2 }],
  [
    "a stride that reaches few pixels",
    { channels: 6, outputs: 6, size: [21, 22], kernel: 1, stride: 3, padding: 0 },
  ],
  ["the direct way with dilation", { channels: 6, outputs: 6, size: [20, 22], dilation: 2 }],
  ["pixels by themselves", { channels: 8, outputs: 8, size: [16, 16], kernel: 1, padding: 0 }],
  ["few channels", { channels: 1, outputs: 2, size: [32, 33] }],
  ["a depthwise convolution", { channels: 8, outputs: 8, groups: 8, size: [32, 36] }],
  ["one too large for the room beside results", LARGE],
  ["one too small for a kernel", { channels: 2, outputs: 2, size: [4, 4] }],
];

describe.each(availableBackends())("on the backend %s, results of a step", (backend: Backend) => {
  beforeEach(() => setBackend(backend));

  it.each(CASES)("by %s are the bits of copies", (_, one) => {
    const expected = passes(one, (length) => new Float32Array(length));
    inResults((place) => expect(passes(one, place)).toEqual(expected));
  });
});

describe("results of a step", () => {
  const takenBy = (one: Case): Set<string> => {
    const taken = new Set<string>();
    observeChoices((where, how) => taken.add(`${where}: ${how}`));
    inResults((place) => passes(one, place));
    observeChoices(undefined);
    return taken;
  };

  it.each(CASES.filter(([name]) => /way$|^few|^a depthwise/.test(name)))(
    "are read and written in place by %s",
    (_, one) => {
      setBackend("plain");
      const taken = takenBy(one);
      expect(taken).toContain("kernel reads: in place");
      expect(taken).toContain("kernel writes: in place");
      expect(taken).not.toContain("kernel writes: a copy");
    },
  );

  it("are copied where the room beside them is too small, or there are none", () => {
    setBackend("plain");
    expect(takenBy(LARGE)).toContain("kernel writes: a copy");
    expect(workingMemory(100).hasResults).toBe(false);
    inResults((place) => {
      place(1);
      expect([WORK_BYTES, WORK_BYTES + 1].map((bytes) => workingMemory(bytes).hasResults)).toEqual([
        true,
        false,
      ]);
    });
  });
});
