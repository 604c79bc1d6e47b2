import { describe, expect, it } from "vitest";
import { activationFunction, activationNames } from "../../src/core/activations.js";

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

  it.each(activationNames)("%s neither overflows nor becomes NaN", (name) => {
    const { value, derivative } = activationFunction("test", name);
    const [low, high] = limits[name] as [number, number];
    expect(value(-1e30, 0.01)).toBeCloseTo(low, 12);
    expect(value(1e30, 0.01)).toBeCloseTo(high, 12);
    for (const z of [-1e30, -800, 0, 800, 1e30]) expect(derivative(z, 0.01)).not.toBeNaN();
  });

  it.each(activationNames)("%s passes a NaN on", (name) => {
    expect(activationFunction("test", name).value(Number.NaN, 0.01)).toBeNaN();
  });

  it("leakyRelu of slope 0 is relu, also of numbers that are not finite", () => {
    const [leaky, relu] = [activationFunction("test", "leakyRelu"), activationFunction("test", "relu")];
    for (const z of [-Infinity, -1, 0, 2, Infinity, Number.NaN]) {
      expect(leaky.value(z, 0)).toBe(relu.value(z, 0));
      expect(leaky.derivative(z, 0)).toBe(relu.derivative(z, 0));
    }
  });
});
