import { afterEach, describe, expect, it } from "vitest";
import { relativeError } from "../../../../test-support/numbers.js";
import { grad, type Tensor, tensor } from "../../src/autograd/index.js";
import type { DType } from "../../src/core/index.js";
import { availableBackends, setBackend } from "../../src/kernels/index.js";
import { conv2d } from "../../src/ops/index.js";
import { projectionsOf } from "../fixtures/pytorch/formula.js";
import {
  type ConvolutionLayerCase,
  convolutionLayerCases,
  type FixtureTensor,
} from "../fixtures/pytorch/load.js";

afterEach(() => setBackend(undefined));

const INPUTS = ["input", "weight", "bias"] as const;

/** Output and gradients of one case, as PyTorch's are stored. */
function evaluate({ inputs, options, upstream }: ConvolutionLayerCase, dtype: DType): Record<string, Tensor> {
  const fixture = ({ shape, data }: FixtureTensor, requiresGrad: boolean) =>
    tensor(data, { shape, dtype, requiresGrad });
  const [image, weight, bias] = INPUTS.map((name) => fixture(inputs[name], true)) as [Tensor, Tensor, Tensor];
  const output = conv2d(image, weight, bias, options);
  const gradients = grad(output, [image, weight, bias], { seed: fixture(upstream, false) });
  return {
    output,
    ...Object.fromEntries(INPUTS.map((name, index) => [`gradient of ${name}`, gradients[index] as Tensor])),
  };
}

function expectPyTorchs(one: ConvolutionLayerCase, dtype: DType, tolerance: number): void {
  const actual = evaluate(one, dtype);
  const expected = {
    output: one.output,
    ...Object.fromEntries(INPUTS.map((name) => [`gradient of ${name}`, one.gradients[name]])),
  };
  for (const [name, { shape, projections }] of Object.entries(expected)) {
    const { shape: ours, data } = actual[name] as Tensor;
    expect(ours, name).toEqual(shape);
    expect(relativeError(projectionsOf(data), projections), name).toBeLessThanOrEqual(tolerance);
  }
}

describe("convolutions of real networks, as PyTorch computes them", () => {
  it.each(convolutionLayerCases())("$name: float64", (one) => {
    expectPyTorchs(one, "float64", 1e-9);
  });

  it.each(
    availableBackends().flatMap((backend) => convolutionLayerCases().map((one) => ({ ...one, backend }))),
  )("$name: float32, $backend", (one) => {
    setBackend(one.backend);
    expectPyTorchs(one, "float32", 1e-6);
  });
});
