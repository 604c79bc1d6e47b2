/** Against the built package: a worker is a separate file, and Node cannot start one from the sources. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyPixelNetwork, startThreads, stopThreads, threadCount } from "../../../dist/kernels/index.js";
import { randomNetwork } from "../pixel-network/cases.js";

const PIXELS = 300_001;

beforeAll(async () => {
  await startThreads({ threads: 3 });
});

afterAll(stopThreads);

function levels(): Uint8Array {
  return Uint8Array.from({ length: 4 * PIXELS }, (_, i) => (i * 73) % 256);
}

describe("threads share a network on pixels", () => {
  it.each([
    ["a network with a kernel", [3, 16, 3]],
    ["one without", [3, 6, 5, 3]],
  ] as const)("with the bits of one thread: %s", (_, channels) => {
    const network = randomNetwork({ channels, activation: "relu" });
    const range = { first: 5, end: PIXELS - 3 };
    const call = { network, channels: 4, share: 0.7, dither: { width: 1003 }, ...range } as const;
    const alone = levels();
    // Not in shared memory: this thread does all of it.
    applyPixelNetwork({ ...call, pixels: alone });
    const shared = new Uint8Array(new SharedArrayBuffer(alone.length));
    shared.set(levels());
    expect(threadCount()).toBe(3);
    applyPixelNetwork({ ...call, pixels: shared });
    expect(Buffer.compare(Buffer.from(shared.buffer), Buffer.from(alone.buffer))).toBe(0);
    expect(alone.subarray(0, 20)).toEqual(levels().subarray(0, 20));
  });
});
