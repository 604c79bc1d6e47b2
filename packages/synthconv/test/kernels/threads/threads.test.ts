/** Against the built package: a worker is a separate file, and Node cannot start one from the sources. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import { SynthconvError, sharedFloats, ThreadError, ValueError } from "../../../dist/core/index.js";
import {
  availableBackends,
  type Backend,
  type LayerGradients,
  type PixelLayer,
  type PixelNetworkForward,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  setBackend,
  startThreads,
  stopThreads,
  threadCount,
} from "../../../dist/kernels/index.js";
import { forwardTask } from "../../../dist/kernels/pixel-network/tasks.js";
import { type JobMessage, takePart } from "../../../dist/kernels/threads/job.js";
import { parallel, threadsPay } from "../../../dist/kernels/threads/parallel.js";
import type { HostWorker } from "../../../dist/kernels/threads/pool.js";
import { newPoolMemory, ThreadPool } from "../../../dist/kernels/threads/pool.js";
import { type NetworkShape, randomNetwork, zeroGradients } from "../pixel-network/cases.js";

afterEach(() => setBackend(undefined));
afterAll(stopThreads);

type Place = (values: Float32Array) => Float32Array;

/** The same numbers where other threads can see them. */
function shared(values: Float32Array): Float32Array {
  const copy = sharedFloats(values.length);
  copy.set(values);
  return copy;
}

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

describe("starting and stopping", () => {
  it("says how many threads there are, and starts again after a stop", async () => {
    expect(threadCount()).toBe(1);
    expect(await startThreads({ threads: 3 })).toEqual({ threads: 3 });
    expect(threadCount()).toBe(3);
    expect(await startThreads({ threads: 2 })).toEqual({ threads: 2 });
    await stopThreads();
    await stopThreads();
    expect(threadCount()).toBe(1);
    expect(await startThreads({ threads: 2 })).toEqual({ threads: 2 });
    expect(await startThreads({ threads: 1 })).toEqual({ threads: 1 });
    expect(threadCount()).toBe(1);
  });

  it("calls that overlap come one after the other", async () => {
    const counts = await Promise.all([
      startThreads({ threads: 3 }),
      stopThreads(),
      startThreads({ threads: 2 }),
    ]);
    expect(counts).toEqual([{ threads: 3 }, undefined, { threads: 2 }]);
    expect(threadCount()).toBe(2);
    await stopThreads();
  });

  it.each([0, -1, 1.5, Number.NaN, 257])("%d threads are refused", async (threads) => {
    await expect(startThreads({ threads })).rejects.toThrow(ValueError);
    await expect(startThreads({ threads })).rejects.toThrow(
      `startThreads threads: expected a whole number from 1 to 256, received ${threads}`,
    );
  });

  it.each([
    ["SharedArrayBuffer", "a page needs the headers Cross-Origin-Opener-Policy"],
    ["process", "Node 20.19 or newer"],
  ])("a program without %s goes on with one thread and says why", (missing, reason) => {
    const printed = inChild(`
      delete globalThis.${missing};
      const { startThreads, threadCount } = await import(kernels);
      const started = await startThreads({ threads: 2 });
      console.log(JSON.stringify({ ...started, now: threadCount() }));`);
    expect(JSON.parse(printed)).toEqual({ threads: 1, now: 1, reason: expect.stringContaining(reason) });
  });

  it("when a worker is gone the program goes on with one thread, and can start others", () => {
    const printed = inChild(`
      const { getBuiltinModule } = process;
      const node = getBuiltinModule("node:worker_threads"), workers = [];
      class Worker extends node.Worker { constructor(...args) { super(...args); workers.push(this); } }
      process.getBuiltinModule = (name) =>
        name === "node:worker_threads" ? { ...node, Worker } : getBuiltinModule(name);
      const { startThreads, threadCount } = await import(kernels);
      await startThreads({ threads: 3 });
      await workers[0].terminate();
      while (threadCount() > 1) await new Promise((resolve) => setTimeout(resolve, 1));
      console.log(JSON.stringify([workers.length, await startThreads({ threads: 2 }), threadCount()]));`);
    expect(JSON.parse(printed)).toEqual([2, { threads: 2 }, 2]);
  });

  it("a process with threads ends by itself, and right after a job", () => {
    const printed = inChild(`
      const { startThreads, pixelNetworkForward } = await import(kernels);
      const { threads } = await startThreads({ threads: 3 });
      const weight = new Float32Array(9), image = new Float32Array(new SharedArrayBuffer(12e6));
      const layers = [{ inputs: 3, outputs: 3, weight, bias: undefined, activation: "none" }];
      pixelNetworkForward({ network: { layers, residual: true }, image, pixels: 1e6, output: image });
      console.log(threads);`);
    expect(printed).toBe("3\n");
  });
});

/** The output of a script that ends well within a minute; `kernels` is the module. */
function inChild(script: string): string {
  const kernels = pathToFileURL(join(import.meta.dirname, "../../../dist/kernels/index.js")).href;
  const source = `const kernels = ${JSON.stringify(kernels)};${script}`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
    encoding: "utf8",
    timeout: 50_000,
  });
  expect(child.stderr).toBe("");
  expect(child.status).toBe(0);
  return child.stdout;
}

describe("errors", () => {
  const pixels = 100_000;
  const network = randomNetwork({ channels: [3, 16, 3], activation: "relu" });
  const image = shared(normalNumbers(3 * pixels, "image"));

  /** What only lies on the prototype reaches the calling thread and no worker. */
  function failsInWorkers(): PixelNetworkForward {
    const [hidden, last] = network.layers as [PixelLayer, PixelLayer];
    const { activation, ...rest } = hidden;
    const inherited = Object.assign(Object.create({ activation }), rest) as PixelLayer;
    const output = shared(new Float32Array(image.length));
    return { network: { layers: [inherited, last], residual: false }, image, pixels, output };
  }

  function errorOf(work: () => void): unknown {
    try {
      work();
    } catch (error) {
      return error;
    }
    return undefined;
  }

  beforeAll(() => startThreads({ threads: 2 }));
  afterAll(stopThreads);

  it("of a worker reach the caller with class, code and message; the pool goes on", () => {
    let error: unknown;
    // The caller may have done all slices before a busy machine let the worker begin.
    for (let attempt = 0; attempt < 1000 && error === undefined; attempt++) {
      error = errorOf(() => parallel(forwardTask, { calls: [failsInWorkers()], slices: 13 }, 13));
    }
    expect(error).toBeInstanceOf(ValueError);
    expect(error).toBeInstanceOf(SynthconvError);
    expect(error).toMatchObject({ name: "ValueError", code: "VALUE" });
    expect((error as Error).message).toMatch(
      /^pixelNetwork.*: expected one of none, relu, .*received undefined$/,
    );
    // Of the worker: on the calling thread the layer has its activation.
    expect((error as Error).stack).toContain("tasks.js");
    const output = shared(new Float32Array(image.length));
    pixelNetworkForward({ network, image, pixels, output });
    expect(output[0]).not.toBe(0);
  });

  it("of the calling thread reach it as they are", () => {
    const broken = { ...failsInWorkers(), network: { layers: [], residual: false } };
    expect(() => parallel(forwardTask, { calls: [broken], slices: 13 }, 13)).toThrow(TypeError);
  });

  it("more slices than a ticket can count are refused", () => {
    expect(() => parallel(forwardTask, { calls: [failsInWorkers()], slices: 256 }, 256)).toThrow(
      "parallel pixelNetworkForward slices: expected at most 255, received 256",
    );
  });

  it("a worker that dies with a slice in its hands does not hold the caller for ever", () => {
    const memory = newPoolMemory(1);
    // Takes its first slice and is never heard of again: what a killed thread leaves behind.
    const dying: HostWorker = {
      postMessage: (message) => {
        const { job, slices } = message as JobMessage;
        takeOneAndDie(memory.control, job, slices);
      },
      terminate: async () => undefined,
    };
    const pool = new ThreadPool([dying], memory, { milliseconds: 20, timesOwnWork: 0 });
    const one = { network, image, pixels, output: shared(new Float32Array(image.length)) };
    const call = { calls: [one], slices: 13 };
    expect(() => pool.run(forwardTask, call, 13)).toThrow(ThreadError);
    expect(() => pool.run(forwardTask, call, 13)).toThrow(
      /^threads: expected every worker to end its part of a job, received a worker that did not within/,
    );
  });

  it("a worker that takes no messages is sent four and no more, and the calls are done", () => {
    let messages = 0;
    const starved: HostWorker = { postMessage: () => messages++, terminate: async () => undefined };
    const pool = new ThreadPool([starved], newPoolMemory(1));
    for (let i = 0; i < 10; i++) {
      const output = shared(new Float32Array(image.length));
      pool.run(forwardTask, { calls: [{ network, image, pixels, output }], slices: 13 }, 13);
      expect(output.some((value) => value !== 0)).toBe(true);
    }
    expect(messages).toBe(4);
  });
});

/** Claims a slice and undoes what `takePart` does at the end. */
function takeOneAndDie(control: Int32Array, job: number, slices: number): void {
  const one = { job, slices: Math.min(1, slices) };
  const begin = () => () => undefined;
  takePart(control, one, begin, () => undefined);
  const WORKERS_AT_WORK = 1;
  Atomics.add(control, WORKERS_AT_WORK, 1);
}
