/** Against the built package: a worker is a separate file, and Node cannot start one from the sources. */
import { afterEach, describe, expect, it } from "vitest";
import { implementationOf } from "../../../dist/core/choices.js";
import {
  applyPixelNetwork,
  applyPixelNetworkToPlanes,
  startThreads,
  stopThreads,
  threadCount,
} from "../../../dist/kernels/index.js";
import { randomNetwork } from "../pixel-network/cases.js";

const PIXELS = 600_001;

afterEach(stopThreads);

function levels(): Uint8Array {
  return Uint8Array.from({ length: 4 * PIXELS }, (_, i) => (i * 73) % 256);
}

describe("threads share a network on pixels", () => {
  it.each([
    ["a network with a kernel", [3, 16, 3]],
    ["one without", [3, 6, 5, 3]],
  ] as const)("with the bits of one thread, wherever the pixels lie: %s", async (_, channels) => {
    const network = randomNetwork({ channels, activation: "relu" });
    const range = { first: 5, end: PIXELS - 3 };
    const call = { network, channels: 4, share: 0.7, dither: { width: 1003 }, ...range } as const;
    const alone = levels();
    applyPixelNetwork({ ...call, pixels: alone });
    expect(alone.subarray(0, 20)).toEqual(levels().subarray(0, 20));
    await startThreads({ threads: 3 });
    expect(threadCount()).toBe(3);
    const shared = new Uint8Array(new SharedArrayBuffer(alone.length));
    shared.set(levels());
    expect(implementationOf("threads", () => applyPixelNetwork({ ...call, pixels: shared }))).toBe(
      "applyPixelNetwork",
    );
    expect(Buffer.compare(Buffer.from(shared.buffer), Buffer.from(alone.buffer))).toBe(0);
    const staged = levels();
    expect(implementationOf("threads", () => applyPixelNetwork({ ...call, pixels: staged }))).toContain(
      "pixels through shared memory",
    );
    expect(Buffer.compare(staged, alone)).toBe(0);
  });

  it("go through shared memory in several strips, of 16 bits and without a dither as well", async () => {
    const network = randomNetwork({ channels: [3, 16, 3], activation: "leakyRelu", residual: true });
    const pixels = 2 ** 19 + 70_001;
    const draw = () => Uint16Array.from({ length: 3 * pixels }, (_, i) => (i * 7919) % 65_536);
    const range = { first: 17, end: pixels - 1 };
    const [alone, staged] = [draw(), draw()];
    applyPixelNetwork({ network, pixels: alone, channels: 3, ...range });
    await startThreads({ threads: 2 });
    applyPixelNetwork({ network, pixels: staged, channels: 3, ...range });
    expect(Buffer.compare(Buffer.from(staged.buffer), Buffer.from(alone.buffer))).toBe(0);
  });

  it("share planes of 16 bits with the bits of one thread", async () => {
    const network = randomNetwork({ channels: [3, 16, 3], activation: "relu" });
    const planesIn = (memory: SharedArrayBuffer) => {
      const all = new Uint16Array(memory).map((_, i) => (i * 7919) % 65_536);
      new Uint16Array(memory).set(all);
      const plane = (nth: number) => new Uint16Array(memory, nth * 2 * PIXELS, PIXELS);
      return [plane(0), plane(1), plane(2)] as const;
    };
    const [alone, shared] = [new SharedArrayBuffer(6 * PIXELS), new SharedArrayBuffer(6 * PIXELS)];
    applyPixelNetworkToPlanes({ network, planes: planesIn(alone) });
    await startThreads({ threads: 3 });
    const planes = planesIn(shared);
    expect(implementationOf("threads", () => applyPixelNetworkToPlanes({ network, planes }))).toBe(
      "applyPixelNetworkToPlanes",
    );
    expect(Buffer.compare(Buffer.from(shared), Buffer.from(alone))).toBe(0);
  });
});
