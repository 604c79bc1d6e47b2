import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { normalNumbers, relativeError } from "../../../../../test-support/numbers.js";
import { grad, ones, type Tensor, tensor } from "../../../src/autograd/index.js";
import { availableBackends, setBackend } from "../../../src/kernels/index.js";
import { conv2d, sum } from "../../../src/ops/index.js";

afterEach(() => setBackend(undefined));

/** Side of the kernel, stride and dilation: a plane of the stride meets nine taps, as 3x3 weights do. */
const KERNELS: readonly (readonly [kernel: number, stride: number, dilation: number])[] = [
  [5, 2, 1],
  [6, 2, 1],
  [7, 2, 1],
  [7, 3, 1],
  [8, 3, 1],
  [9, 3, 1],
  [9, 4, 1],
  [11, 4, 1],
  [3, 2, 2],
  [3, 3, 3],
];

function gradients(
  kernel: number,
  stride: number,
  dilation: number,
  isPerSample: boolean,
  dtype: "float32" | "float64",
) {
  const draw = (shape: readonly number[], purpose: string, requiresGrad = true) => {
    const length = shape.reduce((product, side) => product * side, 1);
    return tensor(Array.from(normalNumbers(length, purpose)), { shape, dtype, requiresGrad });
  };
  const image = draw([2, 4, 37, 42], "image");
  const weight = draw([...(isPerSample ? [2] : []), 5, 4, kernel, kernel], "weight");
  const output = conv2d(image, weight, undefined, { stride, dilation, padding: 2 });
  const seed = draw(output.shape, "upstream", false);
  const [ofImage, ofWeight] = grad(output, [image, weight], { seed }) as [Tensor, Tensor];
  return { output: output.data, image: ofImage.data, weight: ofWeight.data };
}

describe.each(availableBackends())("a strided convolution, %s", (backend) => {
  beforeEach(() => setBackend(backend));

  it.each(KERNELS)("has the gradients of float64: side %i, stride %i, dilation %i", (...sizes) => {
    for (const isPerSample of [false, true]) {
      const actual = gradients(...sizes, isPerSample, "float32");
      const expected = gradients(...sizes, isPerSample, "float64");
      for (const name of ["output", "image", "weight"] as const) {
        expect(relativeError(actual[name], expected[name]), name).toBeLessThanOrEqual(1e-6);
      }
    }
  });

  it("reads a column of pixels where it lies, with a stride along the rows", () => {
    const image = tensor([[[[1], [2], [3]]]]);
    const weight = tensor(
      Array.from({ length: 300 * 3 * 8 }, (_, index) => index % 7),
      {
        shape: [300, 1, 3, 8],
      },
    );
    const passes = (dtype: "float32" | "float64") => {
      const of = (x: Tensor) => tensor(Array.from(x.data), { shape: x.shape, dtype });
      return Array.from(conv2d(of(image), of(weight), undefined, { stride: [1, 3], padding: [1, 8] }).data);
    };
    expect(passes("float32")).toEqual(passes("float64"));
  });

  it("counts the outputs that read each pixel: 5x5 ones, stride 2", () => {
    const image = ones([1, 1, 8, 8], { requiresGrad: true });
    const [gradient] = grad(sum(conv2d(image, ones([8, 1, 5, 5]), undefined, { stride: 2, padding: 2 })), [
      image,
    ]);
    expect(Array.from((gradient as Tensor).data.subarray(32, 40))).toEqual([48, 48, 72, 48, 72, 48, 48, 24]);
  });
});
