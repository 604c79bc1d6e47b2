/** Memory of a training, in a short form of `node scripts/test-training-memory.mjs --steps 100000`. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const script = join(import.meta.dirname, "../../../../scripts/test-training-memory.mjs");

function run(...options: readonly string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    // What V8 compiles weighs more in so few steps.
    const short = ["--steps", "800", "--limit", "2048"];
    execFile(process.execPath, [script, ...short, ...options], (error, text) => {
      resolve({ code: error === null ? 0 : Number(error.code), text });
    });
  });
}

describe("the memory of a training", () => {
  it("stays flat, on the heap and beside it", async () => {
    const { code, text } = await run();
    expect(text).toMatch(/^heap: at most -?\d+ KB more in the second half/);
    expect({ code, text }).toEqual({ code: 0, text });
  });

  it("is seen to grow where every loss is kept", async () => {
    const { code, text } = await run("--leak");
    expect({ code, text }).toEqual({ code: 1, text });
  });
});
