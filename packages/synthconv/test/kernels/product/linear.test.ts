import { describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import { ShapeError } from "../../../src/core/index.js";
import { linearForward } from "../../../src/kernels/index.js";

const sizes = { rows: 4, inputs: 3, outputs: 5 };

describe("linear", () => {
  it("is the product with the transposed weight, plus the bias", () => {
    const output = new Float32Array(4);
    linearForward({
      rows: 2,
      inputs: 3,
      outputs: 2,
      input: Float32Array.of(1, 2, 3, 4, 5, 6),
      weight: Float32Array.of(1, 0, -1, 2, 1, 0),
      bias: Float32Array.of(10, 20),
      output,
    });
    expect([...output]).toEqual([8, 24, 8, 33]);
  });

  it("sizes that do not fit are refused with the arithmetic", () => {
    const call = {
      ...sizes,
      input: normalNumbers(12, "input"),
      weight: normalNumbers(14, "weight"),
      bias: undefined,
    };
    const run = () => linearForward({ ...call, output: new Float32Array(20) });
    expect(run).toThrow(ShapeError);
    expect(run).toThrow("linear weight: expected outputs * inputs = 15 numbers, received 14");
  });
});
