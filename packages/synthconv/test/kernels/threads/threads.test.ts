/** Against the built package: a worker is a separate file, and Node cannot start one from the sources. */

import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import { sharedFloats } from "../../../dist/core/index.js";
import {
  availableBackends,
  type Backend,
  type LayerGradients,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  setBackend,
  startThreads,
  stopThreads,
  threadCount,
} from "../../../dist/kernels/index.js";
import { threadsPay } from "../../../dist/kernels/threads/parallel.js";
import { type NetworkShape, randomNetwork, zeroGradients } from "../pixel-network/cases.js";
import { shared } from "./shared-numbers.js";

afterEach(() => setBackend(undefined));
afterAll(stopThreads);

type Place = (values: Float32Array) => Float32Array;

interface Case {
  readonly shape: NetworkShape;
  readonly pixels: readonly number[];
  readonly backends: readonly Backend[];
}

const kernels = availableBackends().filter((backend) => backend !== "reference");
const cases: readonly Case[] = [
  // So wide that threads share it from two slices on: around nothing, one pixel, the chunk and the slice.
  {
    shape: { channels: [3, 256, 3], activation: "relu" },
    pixels: [0, 1, 8191, 8192, 8193, 16_385, 40_961],
    backends: kernels,
  },
  // Slices of one chunk and, beyond 32 of them, of two.
  {
    shape: { channels: [3, 16, 3], activation: "leakyRelu", residual: true },
    pixels: [65_537, 262_144, 270_001],
    backends: kernels,
  },
  // Layer stacks, one of them with chunks shorter than a slice.
  {
    shape: { channels: [3, 32, 32, 3], activation: "relu", residual: true },
    pixels: [8193, 24_577],
    backends: kernels,
  },
  {
    shape: { channels: [16, 40, 16], activation: ["leakyRelu", "relu"] },
    pixels: [24_577],
    backends: kernels,
  },
  {
    shape: { channels: [3, 16, 3], activation: "relu", bias: false },
    pixels: [57_345],
    backends: ["reference"],
  },
  {
    shape: { channels: [2, 40, 1], activation: "tanh" },
    pixels: [43_009],
    backends: ["reference"],
  },
];
const runs = cases.flatMap(({ shape, pixels, backends }) =>
  backends.flatMap((backend) =>
    pixels.map((count) => ({
      title: `${shape.channels.join("-")} on ${backend}, ${count} pixels`,
      shape,
      backend,
      count,
    })),
  ),
);

const drawn = new Map<string, Float32Array>();

/** `normalNumbers`, drawn once: several numbers of threads get the same, and drawing took as long as the kernels. */
function numbersOnce(length: number, purpose: string): Float32Array {
  const key = `${purpose} ${length}`;
  const values = drawn.get(key) ?? normalNumbers(length, purpose);
  drawn.set(key, values);
  return values;
}

/** Every pass over images in one kind of memory: a digest of all bits that come out. */
function bitsOf({ shape, backend, count: pixels }: (typeof runs)[number], place: Place): string {
  setBackend(backend);
  const network = randomNetwork(shape);
  const [inputs = 0] = shape.channels;
  const outputs = shape.channels.at(-1) ?? 0;
  const values = numbersOnce(inputs * pixels, "image").slice();
  // A pixel that is not a number must not reach any sum by another way than with one thread.
  if (pixels === 8193) values[8192] = Number.NaN;
  const image = place(values);
  const target = place(numbersOnce(outputs * pixels, "target"));
  const pixelWeight = place(numbersOnce(pixels, "pixel weight"));
  const output = place(new Float32Array(outputs * pixels));
  const imageGradients = [0, 1].map(() => place(new Float32Array(inputs * pixels)));
  const gradients = [0, 1, 2].map(() => zeroGradients(network)) as LayerGradients[][];
  const [first, second, third] = gradients;
  pixelNetworkForward({ network, image, pixels, output });
  const [imageGradient, lossImageGradient] = imageGradients;
  pixelNetworkBackward({ network, image, pixels, upstream: target, imageGradient, layerGradients: first });
  const call = { network, image, pixels, target, pixelWeight };
  const losses = [
    pixelNetworkLoss({ ...call, loss: "charbonnier", layerGradients: second }),
    pixelNetworkLoss({ ...call, loss: "l1" }),
    pixelNetworkLoss({ ...call, loss: "mse", layerGradients: third, imageGradient: lossImageGradient }),
  ];
  const digest = createHash("sha256").update(Float64Array.from(losses));
  for (const array of [output, ...imageGradients]) digest.update(array.slice());
  for (const { weight, bias } of gradients.flat()) digest.update(weight).update(bias ?? new Uint8Array());
  return digest.digest("hex");
}

// A piece of work for threads: 40 samples of 8 slices each are more than one job counts.
const batches = [
  { samples: 3, pixels: 8193 },
  { samples: 40, pixels: 57_345 },
];

/** All passes over a batch, its own networks or one for all; `apart` does each sample by itself. */
function batchBits(
  { samples, pixels }: (typeof batches)[number],
  { place, apart }: { place: Place; apart: boolean },
): string {
  const shape: NetworkShape = { channels: [3, 3, 3], activation: "relu", residual: true };
  const images = Array.from({ length: samples }, (_, sample) =>
    place(numbersOnce(3 * pixels, `image ${sample}`)),
  );
  const outputs = images.map(() => place(new Float32Array(3 * pixels)));
  const imageGradients = images.map(() => place(new Float32Array(3 * pixels)));
  const shared = zeroGradients(randomNetwork(shape));
  const calls = images.map((image, sample) => ({
    ...{ network: randomNetwork(shape, `sample ${sample % 5}`), image, pixels },
    ...{ output: outputs[sample] as Float32Array, imageGradient: imageGradients[sample] as Float32Array },
    ...{
      target: outputs[sample] as Float32Array,
      upstream: image,
      loss: "mse" as const,
      layerGradients: shared,
    },
  }));
  const inOne = <Call, Result>(all: readonly Call[], run: (some: readonly Call[]) => Result): Result[] =>
    apart ? all.map((call) => run([call])) : [run(all)];
  inOne(
    calls.map(({ network, image, output }) => ({ network, image, pixels, output })),
    pixelNetworkForward,
  );
  inOne(
    calls.map(({ network, image, upstream, imageGradient, layerGradients }) => {
      return { network, image, pixels, upstream, imageGradient, layerGradients };
    }),
    pixelNetworkBackward,
  );
  const losses = inOne(
    calls.map(({ network, image, loss, layerGradients }, sample) => {
      return { network, image, pixels, loss, layerGradients, target: imageGradients[sample - 1] ?? image };
    }),
    pixelNetworkLoss,
  );
  const digest = createHash("sha256").update(Float64Array.of(losses.reduce((sum, loss) => sum + loss, 0)));
  for (const array of [...outputs, ...imageGradients]) digest.update(array.slice());
  for (const { weight, bias } of shared) digest.update(weight).update(bias ?? new Uint8Array());
  return digest.digest("hex");
}

const expected = new Map<string, string>();
const expectedOfBatch = new Map<(typeof batches)[number], string>();
beforeAll(() => {
  for (const run of runs)
    expected.set(
      run.title,
      bitsOf(run, (values) => values),
    );
  setBackend(undefined);
  for (const batch of batches)
    expectedOfBatch.set(batch, batchBits(batch, { place: (values) => values, apart: true }));
});

describe("results are the same bits", () => {
  it.each(runs)("without threads in shared memory: $title", (run) => {
    expect(threadCount()).toBe(1);
    expect(bitsOf(run, shared)).toBe(expected.get(run.title));
  });

  describe.each([2, 3, 5])("with %d threads", (threads) => {
    beforeAll(() => startThreads({ threads }));
    afterAll(stopThreads);

    it.each(runs)("$title", (run) => {
      expect(threadCount()).toBe(threads);
      expect(bitsOf(run, shared)).toBe(expected.get(run.title));
    });

    it.each(batches)("a batch of $samples images of $pixels pixels, all at once", (batch) => {
      setBackend(undefined);
      expect(batchBits(batch, { place: shared, apart: false })).toBe(expectedOfBatch.get(batch));
    });

    it("arrays that are not shared are worked on by the calling thread", () => {
      const [run] = runs as [(typeof runs)[number]];
      expect(bitsOf(run, (values) => values)).toBe(expected.get(run.title));
    });
  });
});

describe("the decision whether threads share a job", () => {
  beforeAll(() => startThreads({ threads: 2 }));
  afterAll(stopThreads);

  it("looks at slices, operations and memory", () => {
    const facts = { slices: 2, operations: 1e9, arrays: [sharedFloats(4), undefined] };
    expect(threadsPay(facts)).toBe(true);
    expect(threadsPay({ ...facts, slices: 1 })).toBe(false);
    expect(threadsPay({ ...facts, operations: 1e5 })).toBe(false);
    expect(threadsPay({ ...facts, arrays: [sharedFloats(4), new Float32Array(4)] })).toBe(false);
  });
});
