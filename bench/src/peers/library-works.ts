/** This library as one of the peers: what a program that uses it would write. */
import {
  Adam,
  conv2d,
  grad,
  Linear,
  mse,
  pixelNetwork,
  pixelNetworkLoss,
  relu,
  reshape,
  slice,
  type Tensor,
  tensor,
} from "synthconv";
import { pixelNetworkForward, sharedFloats } from "synthconv/look";
import { benchNetwork } from "../workloads.js";
import { convolutionInputs, generatedRanges, trainingInputs, values } from "./inputs.js";
import { type ConvolutionWork, type InferenceWork, samplesOf, type TrainingWork } from "./protocol.js";
import type { ReadyWork } from "./serve.js";

export const TRAINING_FORMULATIONS: readonly string[] = ["pixelNetworkLoss", "pixelNetwork, then mse"];

export function trainingWork(work: TrainingWork, formulation: string): ReadyWork {
  const { batch, size, condition: conditionLength, generator, hidden, learningRate } = work;
  const inputs = trainingInputs(work);
  const image = tensor(inputs.image, { shape: [batch, 3, size, size] });
  const target = tensor(inputs.target, { shape: [batch, 3, size, size] });
  const condition = tensor(inputs.condition, { shape: [batch, conditionLength] });
  const first = new Linear(conditionLength, generator);
  const second = new Linear(generator, 7 * hidden + 3);
  for (const [layer, { weight, bias }] of [
    [first, inputs.first],
    [second, inputs.second],
  ] as const) {
    layer.weight.assign(weight);
    layer.bias?.assign(bias);
  }
  const optimizer = new Adam([...first.parameters(), ...second.parameters()], { learningRate });
  const step = (): number => {
    optimizer.zeroGrad();
    const layers = generatedLayers(second.forward(relu(first.forward(condition))), hidden);
    const loss =
      formulation === "pixelNetworkLoss"
        ? pixelNetworkLoss(image, target, layers, { loss: "mse" })
        : mse(pixelNetwork(image, layers), target);
    loss.backward();
    optimizer.step();
    return loss.item();
  };
  const check = (): Record<string, readonly number[]> => {
    const losses = [step()];
    const gradient = samplesOf(first.weight.grad?.data ?? []);
    losses.push(step(), step());
    return { losses, gradient };
  };
  return { heldBytes: 4 * (image.size + target.size), step, check };
}

/** generated [B,7K+3] -> the layers of 3-K-3, one set per sample. */
function generatedLayers(generated: Tensor, hidden: number) {
  const ranges = generatedRanges(hidden);
  const part = (name: string): Tensor => slice(generated, [undefined, ranges[name]]);
  return [
    {
      weight: reshape(part("weight1"), [-1, hidden, 3, 1, 1]),
      bias: part("bias1"),
      activation: "relu" as const,
    },
    { weight: reshape(part("weight2"), [-1, 3, hidden, 1, 1]), bias: part("bias2") },
  ];
}

export function inferenceWork({ width, height, hidden }: InferenceWork): ReadyWork {
  const pixels = width * height;
  const network = benchNetwork([3, hidden, 3]);
  const image = sharedFloats(3 * pixels);
  image.set(values(3 * pixels, "image"));
  // Written to, so that the system really gives the memory.
  const output = sharedFloats(3 * pixels).fill(1);
  const step = (): void => {
    pixelNetworkForward({ network, image, pixels, output });
  };
  const check = (): Record<string, readonly number[]> => {
    step();
    return { output: samplesOf(output) };
  };
  return { heldBytes: image.byteLength + output.byteLength, step, check };
}

export function convolutionWork(work: ConvolutionWork): ReadyWork {
  const { kind, batch, channels, size, kernel } = work;
  const inputs = convolutionInputs(work);
  const shape = [batch, channels, size, size];
  const image = tensor(inputs.image, { shape, requiresGrad: true });
  const seed = tensor(inputs.upstream, { shape });
  const weight = tensor(inputs.weight, {
    shape: [...(kind === "convolutionPerSample" ? [batch] : []), channels, channels, kernel, kernel],
    requiresGrad: true,
  });
  const step = (): Record<string, Tensor> => {
    const output = conv2d(image, weight, undefined, { padding: (kernel - 1) / 2 });
    const [imageGradient, weightGradient] = grad(output, [image, weight], { seed }) as [Tensor, Tensor];
    return { output, imageGradient, weightGradient };
  };
  const check = (): Record<string, readonly number[]> =>
    Object.fromEntries(Object.entries(step()).map(([name, { data }]) => [name, samplesOf(data)]));
  return { heldBytes: 4 * (image.size + seed.size), step, check };
}
