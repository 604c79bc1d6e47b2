/** What fails in a worker, and workers that fail, against the built package: a worker is a separate file. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import { SynthconvError, ThreadError, ValueError } from "../../../dist/core/index.js";
import {
  type PixelLayer,
  type PixelNetworkForward,
  pixelNetworkForward,
  startThreads,
  stopThreads,
} from "../../../dist/kernels/index.js";
import { forwardTask } from "../../../dist/kernels/pixel-network/tasks.js";
import { type JobMessage, takePart } from "../../../dist/kernels/threads/job.js";
import { parallel } from "../../../dist/kernels/threads/parallel.js";
import type { HostWorker } from "../../../dist/kernels/threads/pool.js";
import { newPoolMemory, ThreadPool } from "../../../dist/kernels/threads/pool.js";
import { randomNetwork } from "../pixel-network/cases.js";
import { shared } from "./shared-numbers.js";

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
