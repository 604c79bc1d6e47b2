import { afterEach, describe, expect, it } from "vitest";
import { ValueError } from "../../../src/core/index.js";
import { kernelFloats, kernelMemory, layOut } from "../../../src/kernels/base/memory.js";
import { availableBackends, type Backend, currentBackend, setBackend } from "../../../src/kernels/index.js";

afterEach(() => setBackend(undefined));

describe("the choice of backend", () => {
  const nodeMajor = Number(process.versions.node.split(".")[0]);

  it("Node has the reference and plain SIMD, from 22 on relaxed SIMD", () => {
    const expected = nodeMajor >= 22 ? ["reference", "plain", "relaxed"] : ["reference", "plain"];
    expect(availableBackends()).toEqual(expected);
  });

  it("the fastest one is used until another is set", () => {
    expect(currentBackend()).toBe(availableBackends().at(-1));
    setBackend("reference");
    expect(currentBackend()).toBe("reference");
    setBackend(undefined);
    expect(currentBackend()).toBe(availableBackends().at(-1));
  });

  it("one that this engine does not have is refused and changes nothing", () => {
    setBackend("reference");
    expect(() => setBackend("gpu" as Backend)).toThrow(ValueError);
    expect(() => setBackend("gpu" as Backend)).toThrow(
      `setBackend backend: expected a backend of this engine, one of ${availableBackends().join(", ")}, received "gpu". Leave it out for the fastest.`,
    );
    if (nodeMajor < 22) {
      expect(() => setBackend("relaxed")).toThrow(/received "relaxed"\. Relaxed SIMD needs Node 22 or newer/);
    }
    expect(currentBackend()).toBe("reference");
  });
});

describe("kernel memory", () => {
  it("regions follow each other on cache lines and do not overlap", () => {
    const { start, end } = layOut({ a: 1, b: 16, c: 17 });
    expect(start.a).toBeGreaterThanOrEqual(1024);
    expect(start.b - start.a).toBe(64);
    expect(start.c - start.b).toBe(64);
    expect(end - start.c).toBe(128);
  });

  it("it grows when asked and keeps its size otherwise", () => {
    const size = kernelMemory().buffer.byteLength;
    expect(kernelFloats(size).byteLength).toBe(size);
    const grown = kernelFloats(size + 1);
    expect(grown.byteLength).toBe(size + 65536);
    expect(kernelFloats(16)).toBe(grown);
  });
});
