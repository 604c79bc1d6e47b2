import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertFinite, grad, noGrad, type Tensor, tensor, zeros } from "../../src/autograd/index.js";
import type { DType } from "../../src/core/index.js";
import {
  type Activation,
  abs,
  add,
  conv2d,
  gelu,
  leakyRelu,
  mean,
  multiply,
  type PixelNetworkLayer,
  pixelNetwork,
  pixelNetworkLoss,
  relu,
  sigmoid,
  silu,
  softplus,
  sqrt,
  square,
  subtract,
  tanh,
} from "../../src/ops/index.js";
import { operationCases } from "../fixtures/pytorch/load.js";
import { constant, difference, draw, evaluate, leaf } from "./support.js";

const ACTIVATIONS: Readonly<Record<Activation, (x: Tensor, slope?: number) => Tensor>> = {
  none: (x) => x,
  relu,
  leakyRelu,
  silu,
  gelu,
  tanh,
  sigmoid,
  softplus,
};

/** The same network as its separate operations. */
function chain(image: Tensor, layers: readonly PixelNetworkLayer[], residual: boolean): Tensor {
  let x = image;
  for (const { weight, bias, activation = "none", negativeSlope } of layers) {
    x = ACTIVATIONS[activation](conv2d(x, weight, bias), negativeSlope);
  }
  return residual ? add(x, image) : x;
}

interface Call {
  readonly batch: number;
  readonly pixels: number;
  /** From the image to the result. */
  readonly channels: readonly number[];
  readonly activation: Activation;
  readonly perSample: boolean;
  readonly residual: boolean;
}

/** Image, then weight and bias of each layer. */
function leavesOf({ batch, pixels, channels, perSample }: Call, dtype: DType): Tensor[] {
  const own = perSample ? [batch] : [];
  const shapes = channels.slice(1).flatMap((outputs, index) => [
    [...own, outputs, channels[index] as number, 1, 1],
    [...own, outputs],
  ]);
  return [[batch, channels[0] as number, 1, pixels], ...shapes].map((shape, index) =>
    leaf(draw(`pixel network ${index}`, shape), dtype),
  );
}

function layersOf({ activation }: Call, tensors: readonly Tensor[]): PixelNetworkLayer[] {
  const layers: PixelNetworkLayer[] = [];
  for (let at = 0; at < tensors.length; at += 2) {
    layers.push({
      weight: tensors[at] as Tensor,
      bias: tensors[at + 1],
      activation: at + 2 < tensors.length ? activation : "none",
      negativeSlope: 0.2,
    });
  }
  return layers;
}

function expectSame(actual: readonly Tensor[], expected: readonly Tensor[], tolerance: number): void {
  actual.forEach((one, index) => {
    expect(one.shape).toEqual(expected[index]?.shape);
    expect(difference(one, expected[index] as Tensor), `number ${index}`).toBeLessThanOrEqual(tolerance);
  });
}

const TOLERANCE: Readonly<Record<DType, number>> = { float64: 1e-13, float32: 2e-6 };

describe("pixelNetwork", () => {
  // The counts stand on both sides of the kernels' vectors and tiles.
  it.each([1, 3, 5, 127, 129])("is the chain of its convolutions at %d pixels, gradients too", (pixels) => {
    for (const dtype of ["float64", "float32"] as const) {
      for (const perSample of [false, true]) {
        const call: Call = {
          batch: 2,
          pixels,
          channels: [3, 8, 3],
          activation: "relu",
          perSample,
          residual: false,
        };
        const leaves = leavesOf(call, dtype);
        expectSame(
          evaluate((image, ...weights) => pixelNetwork(image as Tensor, layersOf(call, weights)), leaves),
          evaluate((image, ...weights) => chain(image as Tensor, layersOf(call, weights), false), leaves),
          TOLERANCE[dtype],
        );
      }
    }
  });

  it("is the chain of its convolutions, whatever its shape", () => {
    const calls: fc.Arbitrary<Call> = fc.record({
      batch: fc.integer({ min: 0, max: 3 }),
      pixels: fc.integer({ min: 0, max: 12 }),
      channels: fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }))
        .map(([ends, hidden]) => [ends, ...hidden, ends]),
      activation: fc.constantFrom(...(Object.keys(ACTIVATIONS) as Activation[])),
      perSample: fc.boolean(),
      residual: fc.boolean(),
    });
    fc.assert(
      fc.property(calls, (call) => {
        const { residual } = call;
        const leaves = leavesOf(call, "float64");
        expectSame(
          evaluate(
            (x, ...weights) => pixelNetwork(x as Tensor, layersOf(call, weights), { residual }),
            leaves,
          ),
          evaluate((x, ...weights) => chain(x as Tensor, layersOf(call, weights), residual), leaves),
          1e-12,
        );
      }),
    );
  });

  it("computes no gradient of a constant image", () => {
    const weight = draw("weight", [3, 3, 1, 1]);
    const image = constant(draw("image", [1, 3, 2, 2]));
    const output = pixelNetwork(image, [{ weight }]);
    const gradients = output.node?.backward(output);
    expect(gradients?.map((gradient) => gradient?.shape)).toEqual([undefined, [3, 3, 1, 1]]);
  });
});

describe("pixelNetworkLoss", () => {
  const entryLoss = {
    mse: (d: Tensor) => square(d),
    l1: (d: Tensor) => abs(d),
    charbonnier: (d: Tensor) => sqrt(add(square(d), 0.01 * 0.01)),
  };

  it.each(["mse", "l1", "charbonnier"] as const)("is the mean %s of the network's output", (loss) => {
    for (const dtype of ["float64", "float32"] as const) {
      for (const pixels of [1, 5, 129]) {
        for (const [perSample, residual, weighted] of [
          [false, false, false],
          [true, true, true],
        ] as const) {
          const call: Call = {
            batch: 2,
            pixels,
            channels: [3, 8, 3],
            activation: "leakyRelu",
            perSample,
            residual,
          };
          const leaves = leavesOf(call, dtype);
          const target = tensor(draw("target", [2, 3, 1, pixels]).data, { shape: [2, 3, 1, pixels], dtype });
          const weight = tensor(draw("pixel weight", [2, 1, 1, pixels], "positive").data, {
            shape: [2, 1, 1, pixels],
            dtype,
          });
          const pixelWeight = weighted ? weight : undefined;
          expectSame(
            evaluate(
              (x, ...weights) =>
                pixelNetworkLoss(x as Tensor, target, layersOf(call, weights), {
                  loss,
                  epsilon: 0.01,
                  residual,
                  pixelWeight,
                }),
              leaves,
            ),
            evaluate((x, ...weights) => {
              const output = pixelNetwork(x as Tensor, layersOf(call, weights), { residual });
              const losses = entryLoss[loss](subtract(output, target));
              return mean(weighted ? multiply(losses, weight) : losses);
            }, leaves),
            dtype === "float64" ? 1e-12 : 5e-6,
          );
        }
      }
    }
  });

  it.each([...operationCases("mse"), ...operationCases("l1"), ...operationCases("charbonnier")])(
    "with an identity network is PyTorch's $name",
    ({ op, options, inputs, output, upstream, gradients }) => {
      const asImage = (values: Float64Array, requiresGrad: boolean): Tensor =>
        tensor(values, { shape: [1, 1, 1, values.length], requiresGrad });
      const prediction = asImage(inputs.prediction.data, true);
      const weight = tensor([[[[1]]]], { dtype: "float64" });
      const loss = pixelNetworkLoss(prediction, asImage(inputs.target.data, false), [{ weight }], {
        loss: op,
        ...options,
      });
      expect(difference(loss, output.data)).toBeLessThanOrEqual(1e-9);
      const seed = tensor(upstream.data[0] as number, { dtype: "float64" });
      const [gradient] = grad(loss, [prediction], { seed });
      expect(difference(gradient as Tensor, gradients.prediction.data)).toBeLessThanOrEqual(1e-9);
    },
  );

  it("gives the same value with the tape off, and the same gradients when asked twice", () => {
    const call: Call = {
      batch: 2,
      pixels: 5,
      channels: [3, 4, 3],
      activation: "silu",
      perSample: true,
      residual: false,
    };
    const [image, ...weights] = leavesOf(call, "float32") as [Tensor, ...Tensor[]];
    const run = (): Tensor =>
      pixelNetworkLoss(image, zeros(image.shape), layersOf(call, weights), { loss: "mse" });
    const loss = run();
    expect(noGrad(run).item()).toBe(loss.item());
    const first = grad(loss, weights);
    for (const gradient of first) gradient.data.fill(7);
    expectSame(grad(loss, weights), grad(run(), weights), 0);
  });

  it("is NaN without entries, and moves nothing", () => {
    const weight = draw("weight", [3, 3, 1, 1]);
    const image = zeros([0, 3, 2, 2], { dtype: "float64" });
    const loss = pixelNetworkLoss(image, image, [{ weight }], { loss: "mse" });
    expect(loss.item()).toBeNaN();
    expect(grad(loss, [weight])[0]?.data).toEqual(new Float64Array(9));
  });

  it("is not blamed for a NaN that was in the target", () => {
    const weight = draw("weight", [1, 1, 1, 1]);
    const image = tensor([[[[1]]]], { dtype: "float64" });
    const target = tensor([[[[Number.NaN]]]], { dtype: "float64" });
    const loss = pixelNetworkLoss(image, target, [{ weight }], { loss: "mse" });
    expect(() => assertFinite("step 1", loss)).toThrow(
      "step 1: expected finite numbers, received NaN in tensor [1,1,1,1]",
    );
  });
});
