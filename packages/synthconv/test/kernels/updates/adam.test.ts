/** Steps of Adam on the kernel: the bits of the plain loops, whatever the numbers. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { implementationOf } from "../../../src/core/choices.js";
import { type AdamState, adamStep, availableBackends, setBackend } from "../../../src/kernels/index.js";

afterEach(() => setBackend(undefined));

// Around vectors and chunks.
const LENGTHS = [64, 65, 66, 67, 100, 4096, 4097, 9001];

const share = fc.double({ min: 0, max: 0.9999, noNaN: true });
const step = fc.record({
  beta1: share,
  beta2: share,
  stepSize: fc.double({ min: 0, max: 2, noNaN: true }),
  squareCorrection: fc.double({ min: 0.01, max: 1, noNaN: true }),
  epsilon: fc.constantFrom(0, 1e-8, 1e-3),
  kept: fc.constantFrom(1, 0.99, 0.5),
  penalty: fc.constantFrom(0, 0.01, 1),
});

const SPECIAL = [0, -0, 1e-45, 1e-39, 3e38, -3e38, Infinity, Number.NaN];

/** Of every size, special numbers among them. */
function numbers(length: number, seed: number, isPositive = false): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const special = SPECIAL[(i + seed) % 97];
    const size = Math.sin(i * (seed + 1)) * 10 ** (((i * 7 + seed) % 13) - 8);
    return isPositive ? Math.abs(special ?? size) : (special ?? size);
  });
}

function stateOf(length: number): AdamState {
  return {
    ...{ values: numbers(length, 1), gradient: numbers(length, 2), mean: numbers(length, 3) },
    meanSquare: numbers(length, 4, true),
    largest: undefined,
  };
}

describe.each(availableBackends().filter((backend) => backend !== "reference"))(
  "a step of Adam, %s",
  (backend) => {
    it("has the bits of the loops", () => {
      fc.assert(
        fc.property(step, fc.constantFrom(...LENGTHS), (settings, length) => {
          const [expected, actual] = [stateOf(length), stateOf(length)];
          for (let i = 0; i < 2; i++) {
            setBackend("reference");
            adamStep(settings, expected);
            setBackend(backend);
            adamStep(settings, actual);
          }
          for (const name of ["values", "gradient", "mean", "meanSquare"] as const) {
            expect(Array.from(actual[name])).toEqual(Array.from(expected[name]));
          }
        }),
        { numRuns: 40 },
      );
    });
  },
);

it("runs on the kernel from 64 numbers of float32 on, without largest averages", () => {
  const settings = {
    beta1: 0.9,
    beta2: 0.999,
    stepSize: 0.1,
    squareCorrection: 0.5,
    epsilon: 0,
    kept: 1,
    penalty: 0,
  };
  const ran = (state: AdamState): string | undefined =>
    implementationOf("Adam step", () => adamStep(settings, state));
  setBackend("plain");
  expect(ran(stateOf(64))).toBe("wasm");
  expect(ran(stateOf(63))).toBe("reference");
  expect(ran({ ...stateOf(64), largest: new Float32Array(64) })).toBe("reference");
  const [values, gradient, mean, meanSquare] = [1, 2, 3, 4].map(() => new Float64Array(64)) as Float64Array[];
  const doubles = { values, gradient, mean, meanSquare, largest: undefined } as AdamState;
  expect(ran(doubles)).toBe("reference");
  setBackend("reference");
  expect(ran(stateOf(64))).toBe("reference");
});
