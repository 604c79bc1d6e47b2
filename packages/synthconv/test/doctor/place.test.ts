import { describe, expect, it } from "vitest";
import { placeOf, withDeepStacks } from "../../src/doctor/place.js";

const library = new URL("../../src", import.meta.url).pathname;

/** A call site as an engine would print it, called by an operation of the library. */
function placeIn(...frames: string[]): unknown {
  const head = `Error: call site\n    at callSite (${library}/core/call-site.ts:40:10)\n    at Object.relu (${library}/ops/activation.ts:3:5)`;
  return placeOf({ stack: [head, ...frames].join("\n") });
}

describe("placeOf names the first line that is not the library's", () => {
  it.each([
    ["V8, a function", "    at Network.forward (file:///home/a/net.ts:12:7)", "/home/a/net.ts"],
    ["V8, the top of a module", "    at file:///home/a/net.ts:12:7", "/home/a/net.ts"],
    ["V8, after an await", "    at async load (file:///home/a/net.ts:12:7)", "/home/a/net.ts"],
    [
      "V8, a path with spaces and brackets",
      "    at file:///home/my%20(own)/net.ts:12:7",
      "/home/my (own)/net.ts",
    ],
    ["V8, brackets in both", "    at new Net (/home/my (own)/net.ts:12:7)", "/home/my (own)/net.ts"],
    ["V8 on Windows", "    at forward (file:///C:/a/net.ts:12:7)", "C:/a/net.ts"],
    ["V8 on Windows, a plain path", "    at forward (C:\\a\\net.ts:12:7)", "C:/a/net.ts"],
    ["Firefox and Safari", "forward@https://localhost:8080/net.js:12:7", "https://localhost:8080/net.js"],
    ["a page", "    at forward (https://localhost:8080/net.js:12:7)", "https://localhost:8080/net.js"],
  ])("in a stack of %s", (_engine, frame, file) => {
    expect(placeIn("    at Array.map (<anonymous>)", "    at node:internal/x:1:2", frame)).toEqual({
      ...{ file, line: 12, column: 7 },
    });
  });

  it("with the text of the line, and relative to the working directory", () => {
    const place = placeIn(`    at x (${new URL(import.meta.url).href}:1:1)`);
    expect(place).toEqual({
      file: "packages/synthconv/test/doctor/place.test.ts",
      line: 1,
      column: 1,
      source: 'import { describe, expect, it } from "vitest";',
    });
  });

  it("or nothing, where there is no such line", () => {
    expect(placeIn()).toBeUndefined();
    expect(placeOf(undefined)).toBeUndefined();
    expect(placeOf({})).toBeUndefined();
  });
});

describe("withDeepStacks", () => {
  it("shows who called from far outside, and leaves the limit as it was", () => {
    const { stackTraceLimit } = Error;
    const deep = (depth: number): string => (depth === 0 ? (new Error("here").stack ?? "") : deep(depth - 1));
    expect(withDeepStacks(() => deep(25)).split("\n").length).toBeGreaterThan(25);
    expect(() =>
      withDeepStacks(() => {
        throw new Error("from inside");
      }),
    ).toThrow("from inside");
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });
});
