/** Workers come and go, against the built package: a worker is a separate file. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { ValueError } from "../../../dist/core/index.js";
import { startThreads, stopThreads, threadCount } from "../../../dist/kernels/index.js";

afterAll(stopThreads);

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
