import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  addressOf,
  allocateResult,
  openResults,
  placeResultsFrom,
  resultMemory,
  shareLargeArrays,
  WORK_BYTES,
} from "../../src/core/index.js";

const isInPlace = (length: number): boolean => addressOf(allocateResult("float32", length)) !== undefined;

describe("the memory of results", () => {
  beforeEach(() => placeResultsFrom(0));
  afterEach(() => placeResultsFrom());

  it("has results in scopes alone, of float32, from 16 KB on, and none while threads run", () => {
    expect(isInPlace(100)).toBe(false);
    const { close } = openResults();
    expect(isInPlace(100)).toBe(true);
    expect(addressOf(allocateResult("float64", 100))).toBeUndefined();
    shareLargeArrays(true);
    expect(isInPlace(100_000)).toBe(false);
    shareLargeArrays(false);
    placeResultsFrom();
    expect([isInPlace(4080), isInPlace(4096)]).toEqual([false, true]);
    close();
  });

  it("lays them out one after the other, behind the kernels' room, and begins again with the next scope", () => {
    const places = (lengths: readonly number[]): (number | undefined)[] =>
      lengths.map((length) => addressOf(allocateResult("float32", length)));
    const outer = openResults();
    expect(outer.first).toBe(WORK_BYTES);
    expect(places([16, 17, 1])).toEqual([0, 64, 192].map((at) => WORK_BYTES + at));
    const inner = openResults();
    expect(inner.first).toBe(WORK_BYTES + 256);
    expect(places([1000])).toEqual([WORK_BYTES + 256]);
    inner.close();
    expect(places([1])).toEqual([WORK_BYTES + 256]);
    outer.close();
    const next = openResults();
    expect(places([16])).toEqual([WORK_BYTES]);
    next.close();
  });

  it("has the address of an entry", () => {
    const { close } = openResults();
    const result = allocateResult("float32", 40);
    expect(addressOf(result, 3)).toBe(WORK_BYTES + 12);
    expect(addressOf(result.subarray(8), 3)).toBe(WORK_BYTES + 44);
    expect(addressOf(new Float32Array(40), 3)).toBeUndefined();
    close();
  });

  it("grows between scopes, never under a result, to what a scope asked for, up to a bound", () => {
    const million = 2 ** 20;
    const scope = (count: number): number => {
      const { close } = openResults();
      const made = Array.from({ length: count }, () => allocateResult("float32", million));
      const inPlace = made.filter((one) => addressOf(one) !== undefined);
      // Nobody's array was taken: each has its numbers still.
      expect(made.every(({ length }) => length === million)).toBe(true);
      close();
      return inPlace.length;
    };
    expect(scope(3)).toBe(3);
    scope(6);
    expect(scope(6)).toBe(6);
    expect(scope(100)).toBeLessThan(64);
    expect(scope(100)).toBe(64);
    expect(resultMemory().buffer.byteLength).toBeLessThan(WORK_BYTES + 2 ** 28 + 2 ** 17);
  });

  it.each([
    ["there is no WebAssembly", undefined],
    [
      "the engine has no room",
      {
        Memory: class {
          readonly buffer = new ArrayBuffer(WORK_BYTES);
          grow(): never {
            throw new RangeError("no room");
          }
        },
      },
    ],
  ])("leaves results in ordinary memory where %s", async (_, engine) => {
    vi.stubGlobal("WebAssembly", engine);
    vi.resetModules();
    try {
      const results = await import("../../src/core/results.js");
      for (let scope = 0; scope < 3; scope++) {
        const { close } = results.openResults();
        const made = [0, 1].map(() => results.allocateResult("float32", 100_000));
        expect(made.map((one) => [one.length, results.addressOf(one)])).toEqual([
          [100_000, undefined],
          [100_000, undefined],
        ]);
        close();
      }
    } finally {
      vi.unstubAllGlobals();
      vi.resetModules();
    }
  });
});
