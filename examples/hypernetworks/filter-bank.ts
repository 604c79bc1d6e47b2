/**
 * One 3x3 convolution whose kernel a number decides, from blur over nothing to sharpen: a fully connected network
 * learns to write the nine weights from pairs of images, each image of a batch under a number of its own.
 *
 *     node examples/hypernetworks/filter-bank.ts [picture.svg]
 *
 * Some 2 seconds on one core. It needs `npm run setup` before, and Node 22.18 or newer.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  Adam,
  Conv2d,
  conv2d,
  hypernetize,
  mse,
  RandomStream,
  randomUniform,
  type Tensor,
  tensor,
} from "synthconv";
import { plotCurves } from "./plot.ts";

const BLUR = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16);
const NOTHING = [0, 0, 0, 0, 1, 0, 0, 0, 0];

/** What it is to learn: at -1 the blur, at 0 the image itself, at 1 the image and what the blur takes from it. */
export function kernelAt(amount: number): number[] {
  return NOTHING.map((weight, i) => weight - amount * ((BLUR[i] as number) - weight));
}

export interface FilterBankOptions {
  readonly steps: number;
  readonly seed?: number;
}

export interface FilterBank {
  /** First and last loss. */
  readonly losses: readonly [number, number];
  /** The written weights, row-major. */
  readonly kernelFor: (amount: number) => number[];
}

export function learnFilterBank({ steps, seed = 1 }: FilterBankOptions): FilterBank {
  const filter = new Conv2d(1, 1, 3, { padding: 1, bias: false });
  const network = hypernetize(filter, {
    parameters: "all",
    generator: { hidden: [16] },
    condition: 1,
    conditionMeanSquare: 1 / 3,
    gain: () => 1,
  }).initialize({ seed });
  const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });
  const random = new RandomStream({ seed, purpose: "filter bank" });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const image = randomUniform([8, 1, 16, 16], random);
    const amounts = Float32Array.from({ length: 8 }, () => 2 * random.uniform() - 1);
    const loss = mse(network.forward(tensor(amounts, { shape: [8, 1] }), image), filtered(image, amounts));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
  }
  return {
    losses: [losses[0] as number, losses.at(-1) as number],
    kernelFor: (amount) => [...(network.weights(tensor([[amount]])).get("weight") as Tensor).data],
  };
}

function filtered(image: Tensor, amounts: ArrayLike<number>): Tensor {
  const kernels = Float32Array.from(Array.from(amounts, kernelAt).flat());
  return conv2d(image, tensor(kernels, { shape: [amounts.length, 1, 1, 3, 3] }), undefined, { padding: 1 });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const picture = process.argv[2] ?? "filter-bank.svg";
  const { losses, kernelFor } = learnFilterBank({ steps: 1500 });
  console.log(`loss ${losses[0].toExponential(1)} at first, ${losses[1].toExponential(1)} at last`);
  for (const amount of [-1, 0, 1]) {
    const rows = [0, 3, 6].map((first) => kernelFor(amount).slice(first, first + 3));
    const text = rows
      .map((row) => row.map((weight) => weight.toFixed(3).padStart(7)).join(" "))
      .join("\n    ");
    console.log(`kernel at ${amount}\n    ${text}`);
  }
  const amounts = Array.from({ length: 33 }, (_, i) => -1 + i / 16);
  // A corner, an edge and the centre: all others are the same by symmetry.
  const curvesOf = (kernel: (amount: number) => number[]): (readonly [number, number])[][] =>
    [0, 1, 4].map((place) => amounts.map((amount) => [amount, kernel(amount)[place] as number]));
  writeFileSync(
    picture,
    plotCurves("Corner, edge and centre of the kernel, by the number", [
      { name: "to be learned", color: "#999999", curves: curvesOf(kernelAt) },
      { name: "written", color: "#1b6ac9", curves: curvesOf(kernelFor) },
    ]),
  );
  console.log(`picture: ${picture}`);
}
