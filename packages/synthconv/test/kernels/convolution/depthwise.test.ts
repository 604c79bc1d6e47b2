import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { normalNumbers, relativeError } from "../../../../../test-support/numbers.js";
import { grad, type Tensor, tensor } from "../../../src/autograd/index.js";
import { implementationOf } from "../../../src/core/choices.js";
import { kernelFloats } from "../../../src/kernels/base/memory.js";
import { availableBackends, setBackend } from "../../../src/kernels/index.js";
import { type Conv2dOptions, conv2d } from "../../../src/ops/index.js";

const TOLERANCE = 1e-6;

afterEach(() => setBackend(undefined));

interface Case {
  readonly image: readonly number[];
  readonly weight: readonly number[];
  readonly options: Conv2dOptions;
}

type Draw = (length: number, purpose: string) => ArrayLike<number>;

/** Result and gradients; kernel memory holds 12345 before each pass, so that what no kernel wrote is seen where it is read. */
function passes({ image, weight, options }: Case, dtype: "float32" | "float64", draw: Draw) {
  const leaf = (shape: readonly number[], purpose: string): Tensor => {
    const size = shape.reduce((product, side) => product * side, 1);
    return tensor(Array.from(draw(size, purpose)), { shape, dtype, requiresGrad: true });
  };
  const [x, w] = [leaf(image, "image"), leaf(weight, "weight")];
  const bias = leaf([...(weight.length === 5 ? [weight[0] as number] : []), weight.at(-4) as number], "bias");
  kernelFloats(1 << 20).fill(12345);
  const result = conv2d(x, w, bias, options);
  const seed = leaf(result.shape, "upstream");
  kernelFloats(0).fill(12345);
  const [ofImage, ofWeight] = grad(result, [x, w], { seed }) as [Tensor, Tensor];
  return { result: result.data, image: ofImage.data, weight: ofWeight.data };
}

function expectExact(one: Case, draw: Draw = normalNumbers) {
  const [actual, exact] = [passes(one, "float32", draw), passes(one, "float64", draw)];
  for (const name of ["result", "image", "weight"] as const) {
    expect(relativeError(actual[name], exact[name]), name).toBeLessThanOrEqual(TOLERANCE);
  }
}

describe.each(availableBackends())("a convolution of few channels, %s", (backend) => {
  beforeEach(() => setBackend(backend));

  it("agrees with float64 at any geometry, whatever lies in kernel memory", () => {
    const side = (min: number, max: number) => fc.integer({ min, max });
    const pair = (min: number, max: number) => fc.tuple(side(min, max), side(min, max));
    fc.assert(
      fc.property(
        fc.record({ stride: pair(1, 3), padding: pair(0, 3), dilation: pair(1, 3), groups: side(1, 5) }),
        fc.record({ kernel: pair(1, 4), image: pair(10, 40), inputs: side(1, 3), outputs: side(1, 3) }),
        fc.boolean(),
        (options, { kernel, image, inputs, outputs }, isPerSample) => {
          expectExact({
            image: [2, inputs * options.groups, ...image],
            weight: [...(isPerSample ? [2] : []), outputs * options.groups, inputs, ...kernel],
            options,
          });
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it.each([
    [
      "tiles of whole rows",
      { image: [1, 2, 131, 140], weight: [2, 1, 3, 3], options: { groups: 2, padding: 1 } },
    ],
    ["tiles of parts of rows", { image: [1, 1, 2, 16_500], weight: [3, 1, 1, 3], options: {} }],
    ["the planes of a stride", { image: [1, 1, 90, 240], weight: [1, 1, 5, 5], options: { stride: 2 } }],
  ] satisfies [string, Case][])("agrees with float64 in %s", (_, one) => expectExact(one));

  it("errs by no more than 1e-6 where every rounding goes the same way", () => {
    const equal: Draw = (length, purpose) => new Float32Array(length).fill(purpose === "image" ? 0.7 : 1 / 3);
    expectExact({ image: [1, 1, 120, 130], weight: [1, 1, 7, 9], options: {} }, equal);
    expectExact({ image: [1, 7, 120, 130], weight: [1, 7, 3, 3], options: {} }, equal);
  });
});

describe("the depthwise kernel", () => {
  it.skipIf(availableBackends().length === 1).each([
    ["one channel to one", [8, 1, 3, 3], 8, "depthwise"],
    ["one channel to three", [24, 1, 3, 3], 8, "depthwise"],
    ["one channel to four", [32, 1, 3, 3], 8, "direct"],
    ["63 taps", [1, 1, 7, 9], 1, "depthwise"],
    ["64 taps", [1, 1, 8, 8], 1, "direct"],
    ["16 channels of one tap", [1, 16, 1, 1], 1, "depthwise"],
    ["17 channels of one tap", [1, 17, 1, 1], 1, "direct"],
  ] as const)("does what it is faster at: %s", (_, weight, groups, name) => {
    const zeros = (of: readonly number[]) =>
      tensor(new Float32Array(of.reduce((a, b) => a * b)), { shape: of });
    const [image, weights] = [zeros([1, weight[1] * groups, 60, 60]), zeros(weight)];
    const run = () => conv2d(image, weights, undefined, { groups });
    expect(implementationOf("conv2d forward", run)).toBe(name);
  });
});
