import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeFailure, plainLine } from "../../src/frame/failure.js";

describe("describeFailure", () => {
  it("passes on an error of the operating system, which names its file", () => {
    let caught: unknown;
    try {
      readFileSync("/nowhere/at-all.jpg");
    } catch (error) {
      caught = error;
    }
    expect(describeFailure(caught)).toEqual({
      code: "ENOENT",
      message: "ENOENT: no such file or directory, open '/nowhere/at-all.jpg'",
      exitCode: 1,
    });
  });

  it("passes on the code and the sentence of a typed error", () => {
    const error = Object.assign(new Error("x.cube: expected 3 numbers, received 2"), { code: "FORMAT" });
    expect(describeFailure(error)).toEqual({
      code: "FORMAT",
      message: "x.cube: expected 3 numbers, received 2",
      exitCode: 1,
    });
  });

  it("treats a wrong call inside Node, and things that are no errors, as bugs", () => {
    const wrongCall = Object.assign(new TypeError("must be a string"), { code: "ERR_INVALID_ARG_TYPE" });
    expect(describeFailure(wrongCall).code).toBe("INTERNAL");
    expect(describeFailure("oops").message).toBe("internal error: oops");
  });
});

describe("plainLine", () => {
  it("keeps a hostile file name from writing lines or steering the terminal", () => {
    expect(plainLine("a\nb\u001b[2J\u009bc.jpg")).toBe("a b\\u{1b}[2J\\u{9b}c.jpg");
  });
});
