/** Normalisations with gains and offsets in one piece of work, against float64, where they are operations of their own. */
import { afterEach, describe, expect, it } from "vitest";
import { grad, type Tensor } from "../../src/autograd/index.js";
import { type Observer, provenance } from "../../src/autograd/tensor.js";
import { implementationOf } from "../../src/core/choices.js";
import { RandomStream, type Shape } from "../../src/core/index.js";
import { setBackend } from "../../src/kernels/index.js";
import { add, batchNorm, groupNorm, instanceNorm, layerNorm, square } from "../../src/ops/index.js";
import { constant, difference, draw, evaluate, leaf, probe } from "./support.js";

afterEach(() => {
  setBackend(undefined);
  provenance.observer = undefined;
});

type Norm = (x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined) => Tensor;
const NORMS: Readonly<Record<string, Norm>> = {
  layerNorm,
  "layerNorm of two axes": (x, weight, bias) => layerNorm(x, weight, bias, { axes: 2, epsilon: 0.1 }),
  groupNorm: (x, weight, bias) => groupNorm(x, 2, weight, bias),
  instanceNorm,
  batchNorm,
};

interface Case {
  readonly norm: string;
  readonly x: Shape;
  readonly weight: Shape | undefined;
  readonly bias: Shape | undefined;
}

/** Lines and runs around the ends of vectors, chunks and the longest line; gains shared, per sample, of one kind or of both. */
function drawnCase(seed: number): Case {
  const random = new RandomStream({ seed, purpose: "norm with gains" });
  const pick = <One>(...from: readonly One[]): One => from[Math.floor(random.uniform() * from.length)] as One;
  const norm = Object.keys(NORMS)[seed % 5] as string;
  const batch = pick(1, 2, 3);
  const width = norm.startsWith("layerNorm")
    ? pick(1, 3, 33, 64, 100, 1023, 1365, 4097, 8192, 8193)
    : pick(1, 7, 16, 32, 33, 100, 2049);
  const x = norm.startsWith("layerNorm") ? [batch, pick(1, 2, 5), width] : [batch, 4, 2, width];
  const own = norm === "layerNorm" ? x.slice(2) : norm === "layerNorm of two axes" ? x.slice(1) : [4];
  const kinds: (Shape | undefined)[] = [own, [batch, ...own], undefined];
  const weight = pick(...kinds);
  const bias = random.uniform() < 0.7 && weight !== undefined ? weight : pick(...kinds);
  return { norm, x, weight, bias };
}

const inputsOf = ({ norm, x, weight, bias }: Case): Tensor[] =>
  [x, weight, bias].flatMap((shape, at) => (shape ? [draw(`${norm} ${at}`, shape)] : []));

function callOf({ norm, weight, bias }: Case): (...inputs: Tensor[]) => Tensor {
  return (x, ...gains) => {
    const [first, second] = gains;
    const run = NORMS[norm] as Norm;
    return run(x as Tensor, weight && first, bias && (weight ? second : first));
  };
}

const seen = new Set<string | undefined>();

describe.each(Array.from({ length: 60 }, (_, seed) => drawnCase(seed)))(
  "$norm of [$x], weight [$weight], bias [$bias]",
  (one) => {
    const call = callOf(one);
    const inputs = inputsOf(one);
    const float32 = (): Tensor[] => inputs.map((input) => leaf(input, "float32"));

    it("gives what float64 gives: output, gradients, and gradients of these", () => {
      let actual: Tensor[] = [];
      seen.add(
        implementationOf("gains of a normalisation", () => {
          actual = evaluate(call, float32());
        }),
      );
      const exact = evaluate(call, inputs);
      actual.forEach((value, at) => {
        expect(difference(value, exact[at] as Tensor, 1)).toBeLessThanOrEqual(2e-6);
      });

      const second = (leaves: readonly Tensor[]): (Tensor | undefined)[] => {
        const first = grad(probe(call(...leaves)), leaves, { createGraph: true });
        const all = first.reduce(
          (sum, gradient) => add(sum, probe(square(gradient))),
          probe(leaves[0] as Tensor),
        );
        return grad(all, leaves, { allowUnused: true });
      };
      const expected = second(inputs);
      second(float32()).forEach((value, at) => {
        const wanted = expected[at];
        expect(value === undefined).toBe(wanted === undefined);
        if (value && wanted) expect(difference(value, wanted, 1)).toBeLessThanOrEqual(3e-5);
      });
    });

    it("gives each input alone the gradient that all of them get together", () => {
      const [, ...together] = evaluate(call, float32());
      inputs.forEach((_, wanted) => {
        const leaves = float32().map((input, at) => (at === wanted ? input : constant(input)));
        const [, alone] = evaluate(
          (only) => call(...leaves.with(wanted, only as Tensor)),
          [leaves[wanted] as Tensor],
        );
        expect(difference(alone as Tensor, together[wanted] as Tensor)).toBe(0);
      });
    });

    it("is the same, up to rounding, in the operations that a diagnosis is shown", () => {
      const alone = evaluate(call, float32());
      provenance.observer = new Proxy({} as Observer, { get: () => () => undefined });
      const shown = evaluate(call, float32());
      provenance.observer = undefined;
      shown.forEach((value, at) => {
        expect(difference(value, alone[at] as Tensor, 1)).toBeLessThanOrEqual(2e-6);
      });
    });
  },
);

it("these cases went every way", () => {
  expect([...seen].sort()).toEqual(["lines", "operations", "runs", undefined]);
});

it.each(["layerNorm", "groupNorm", "batchNorm"])(
  "%s has numbers where the operations have some, beside a NaN or an infinity",
  (norm) => {
    const own = norm === "layerNorm" ? [100] : [4];
    const one: Case = { norm, x: [2, 4, 100], weight: own, bias: own };
    for (const special of [Number.NaN, Infinity, -Infinity]) {
      for (const at of [0, 1, 2]) {
        const results = (backend: "plain" | "reference"): boolean[][] => {
          setBackend(backend);
          const leaves = inputsOf(one).map((input) => leaf(input, "float32"));
          (leaves[at] as Tensor).data[3] = special;
          return evaluate(callOf(one), leaves).map(({ data }) => Array.from(data, Number.isFinite));
        };
        expect(results("plain")).toEqual(results("reference"));
      }
    }
  },
);
