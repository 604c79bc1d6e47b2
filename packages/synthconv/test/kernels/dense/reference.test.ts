import { describe, expect, it } from "vitest";
import { normalNumbers, relativeError } from "../../../../../test-support/numbers.js";
import { ShapeError } from "../../../src/core/index.js";
import { linearBackward, linearForward } from "../../../src/kernels/index.js";

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

  it("its gradients are the slopes that central differences see (float64)", () => {
    const input = Float64Array.from(normalNumbers(12, "input"));
    const weight = Float64Array.from(normalNumbers(15, "weight"));
    const bias = Float64Array.from(normalNumbers(5, "bias"));
    const upstream = Float64Array.from(normalNumbers(20, "upstream"));
    const gradients = {
      inputGradient: new Float64Array(12),
      weightGradient: new Float64Array(15),
      biasGradient: new Float64Array(5),
    };
    linearBackward({ ...sizes, input, weight, upstream, ...gradients });
    const weightedOutput = () => {
      const output = new Float64Array(20);
      linearForward({ ...sizes, input, weight, bias, output });
      return output.reduce((sum, value, index) => sum + value * (upstream[index] as number), 0);
    };
    const slopes = (data: Float64Array) =>
      data.map((value, index) => {
        data[index] = value + 1e-5;
        const above = weightedOutput();
        data[index] = value - 1e-5;
        const below = weightedOutput();
        data[index] = value;
        return (above - below) / 2e-5;
      });
    expect(relativeError(gradients.inputGradient, slopes(input))).toBeLessThan(1e-7);
    expect(relativeError(gradients.weightGradient, slopes(weight))).toBeLessThan(1e-7);
    expect(relativeError(gradients.biasGradient, slopes(bias))).toBeLessThan(1e-7);
  });

  it("only the gradients that are asked for are written", () => {
    const weightGradient = new Float32Array(15).fill(9);
    const call = { ...sizes, input: normalNumbers(12, "input"), weight: normalNumbers(15, "weight") };
    linearBackward({ ...call, upstream: new Float32Array(20), weightGradient });
    expect(weightGradient.every((value) => value === 0)).toBe(true);
  });

  it("no rows give a gradient of 0", () => {
    const biasGradient = new Float32Array(5).fill(9);
    const empty = new Float32Array(0);
    const call = { ...sizes, rows: 0, input: empty, weight: normalNumbers(15, "weight") };
    linearForward({ ...call, bias: undefined, output: empty });
    linearBackward({ ...call, upstream: empty, biasGradient });
    expect([...biasGradient]).toEqual([0, 0, 0, 0, 0]);
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
