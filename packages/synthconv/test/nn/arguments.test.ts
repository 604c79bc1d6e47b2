import { describe, expect, it } from "vitest";
import { Conv2d, type Layer, LeakyReLU, Linear, Sequential } from "../../src/nn/index.js";

const linear = () => new Linear(2, 2).initialize({ seed: 0 });

describe("calls from plain JavaScript", () => {
  it.each<readonly [string, () => unknown, string]>([
    ["initialize(3)", () => linear().initialize(3 as never), "Write initialize({ seed: 3 })."],
    ["initialize()", () => linear().initialize(undefined as never), "Write initialize({ seed: 0 })."],
    ["LeakyReLU(0.2)", () => new LeakyReLU(0.2 as never), "Write new LeakyReLU({ negativeSlope: 0.2 })."],
    ["Sequential([...])", () => new Sequential([linear()] as never), "Write new Sequential(...layers)."],
    [
      "loadStateDict({ ... })",
      () => linear().loadStateDict(Object.fromEntries(linear().stateDict()) as never),
      "Write new Map(Object.entries(state)).",
    ],
    ["bias: null", () => new Linear(2, 2, { bias: null } as never), "Write { bias: false } for none."],
    ["use_bias", () => new Conv2d(2, 2, 1, { use_bias: false } as never), "Write { bias: false }."],
    ["strides", () => new Conv2d(2, 2, 1, { strides: 2 } as never), "Write { stride: 2 }."],
    [
      "a number for an initializer",
      () => new Linear(2, 2, { initializers: { bias: 0 } } as never),
      "Write initializers.constant(0).",
    ],
  ])("says what to write for %s", (_, call, advice) => {
    expect(call).toThrow(advice);
  });

  it("names the layer that is none", () => {
    expect(() => new Sequential(linear(), ((x: unknown) => x) as unknown as Layer)).toThrow(
      "Sequential layers[1]: expected a Module with a method forward(x)",
    );
  });
});
