import { describe, expect, test } from "vitest";
import { activationFunction, activationNames, erf } from "../../src/kernels/index.js";

describe("erf", () => {
  // By math.erf of Python 3.11.
  test.each([
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [2.6, 0.9997639655834707],
    [3.5, 0.9999992569016276],
    [5, 0.9999999999984626],
    [Number.POSITIVE_INFINITY, 1],
  ])("of %d", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThan(1e-15);
    expect(erf(-x)).toBe(-erf(x));
  });

  test("of NaN is NaN", () => {
    expect(erf(Number.NaN)).toBeNaN();
  });
});

describe("activations at the ends of the range", () => {
  const limits: Record<string, [number, number]> = {
    none: [-1e30, 1e30],
    relu: [0, 1e30],
    leakyRelu: [-1e28, 1e30],
    silu: [0, 1e30],
    gelu: [0, 1e30],
    tanh: [-1, 1],
    sigmoid: [0, 1],
    softplus: [0, 1e30],
  };

  test.each(activationNames)("%s neither overflows nor becomes NaN", (name) => {
    const { value, derivative } = activationFunction("test", name);
    const [low, high] = limits[name] as [number, number];
    expect(value(-1e30, 0.01)).toBeCloseTo(low, 12);
    expect(value(1e30, 0.01)).toBeCloseTo(high, 12);
    for (const z of [-1e30, -800, 0, 800, 1e30]) expect(derivative(z, 0.01)).not.toBeNaN();
  });

  test.each(activationNames)("%s passes a NaN on", (name) => {
    expect(activationFunction("test", name).value(Number.NaN, 0.01)).toBeNaN();
  });
});
