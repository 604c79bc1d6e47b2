/** Batches: each sample has a network of its own, and threads share them as one piece of work. */
import {
  type LayerGradients,
  type PixelNetwork,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "../../../packages/synthconv/dist/kernels/index.js";
import type { Case, Form, Numbers } from "../case.js";
import { inFloat64, mostlyPositive, signed, uniform } from "../numbers.js";
import { type NetworkShape, networkInFloat64, randomNetwork, titleOf, zeroGradients } from "./networks.js";

interface Sample {
  readonly network: PixelNetwork;
  readonly pixels: number;
  readonly image: Float32Array | Float64Array;
  readonly target: Float32Array | Float64Array;
  readonly upstream: Float32Array | Float64Array;
  readonly output: Float32Array | Float64Array;
  readonly imageGradient: Float32Array | Float64Array;
  readonly layerGradients: LayerGradients[];
}

function caseOf(shape: NetworkShape, samples: number, pixels: number, isShared = false): Case {
  const inputs = shape.channels[0] as number;
  const outputs = shape.channels.at(-1) as number;
  const batch = Array.from({ length: samples }, (_, sample) => ({
    network: randomNetwork(shape, sample),
    pixels,
    image: signed(inputs * pixels, `image ${sample}`),
    target: uniform(outputs * pixels, `target ${sample}`, -3, 1),
    upstream: mostlyPositive(outputs * pixels, `upstream ${sample}`),
    output: new Float32Array(outputs * pixels).fill(Number.NaN),
    imageGradient: new Float32Array(inputs * pixels).fill(Number.NaN),
  }));
  return {
    name: `${titleOf(shape)}, ${samples} x ${pixels} pixels`,
    isShared,
    run: (place) =>
      passes(
        batch.map(({ network, image, target, upstream, output, imageGradient }) => ({
          network,
          pixels,
          image: place(image),
          target: place(target),
          upstream: place(upstream),
          output: place(output.slice()),
          imageGradient: place(imageGradient.slice()),
          layerGradients: zeroGradients(network),
        })),
      ),
    exact: () =>
      passes(
        batch.map(({ network, image, target, upstream }) => ({
          network: networkInFloat64(network),
          pixels,
          image: inFloat64(image),
          target: inFloat64(target),
          upstream: inFloat64(upstream),
          output: new Float64Array(outputs * pixels),
          imageGradient: new Float64Array(inputs * pixels),
          layerGradients: zeroGradients(network),
        })),
      ),
  };
}

/** The loss adds its gradients to those of backward. */
function passes(batch: readonly Sample[]): Record<string, Numbers> {
  pixelNetworkForward(batch);
  pixelNetworkBackward(batch);
  const calls = batch.map(({ network, pixels, image, target, layerGradients }) => {
    return { network, pixels, image, target, layerGradients, loss: "mse" as const };
  });
  const named: Record<string, Numbers> = { loss: Float64Array.of(pixelNetworkLoss(calls)) };
  batch.forEach(({ output, imageGradient, layerGradients }, sample) => {
    named[`output ${sample}`] = output;
    named[`image gradient ${sample}`] = imageGradient;
    layerGradients.forEach(({ weight }, layer) => {
      named[`weight ${layer} of ${sample}`] = weight;
    });
  });
  return named;
}

const fused: NetworkShape = { channels: [3, 16, 3], activation: "relu", residual: true };
const stack: NetworkShape = { channels: [4, 9, 8, 2], activation: "leakyRelu" };

export const batchForms: readonly Form[] = [
  {
    name: "pixel network, batch",
    cases: [fused, stack].flatMap((shape) => [
      ...[0, 1, 65, 2049].map((pixels) => caseOf(shape, 3, pixels)),
      caseOf(shape, 1, 129),
      // Many small samples, and few of more than a slice.
      caseOf(shape, 19, 4100, true),
      caseOf(shape, 3, 16_385, true),
    ]),
  },
];
