import { describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../test-support/numbers.js";
import { withProbe } from "../probe.js";
import type * as Probe from "./probe.js";

declare const probe: typeof Probe;

function network(hidden: readonly number[], activation: string, residual: boolean): Probe.PlainNetwork {
  const channels = [3, ...hidden, 3];
  return {
    layers: channels.slice(1).map((outputs, at) => {
      const inputs = channels[at] as number;
      const scale = at === 0 ? 1 : 1 / Math.sqrt(inputs);
      const numbers = (count: number, purpose: string): number[] =>
        Array.from(
          normalNumbers(count, `${hidden} ${activation} ${at} ${purpose}`),
          (value) => 0.4 * scale * value,
        );
      return {
        ...{ inputs, outputs, weight: numbers(inputs * outputs, "weight"), bias: numbers(outputs, "bias") },
        activation: at === hidden.length ? "none" : activation,
      };
    }),
    residual,
  };
}

const NETWORKS = [
  [network([64], "relu", true), 1],
  [network([64], "relu", true), 0.3],
  [network([16, 16], "tanh", false), 0.6],
  [network([12, 12, 12], "silu", true), 1],
  [network([], "none", false), 1],
  [network([20], "gelu", true), 1],
] as const;

describe("the renderers of the preview", () => {
  it("agree to 1 of 255, painted, read back, and stand aside where they would be slow", async (context) => {
    await withProbe(context, "./preview/probe.ts", async (page) => {
      // No adapter must not pass for three that agree.
      expect(await page.evaluate(() => probe.available())).toEqual(["WebGPU", "WebGL 2", "WebAssembly"]);
      for (const [plain, strength] of NETWORKS) {
        const found = await page.evaluate(([one, share]) => probe.differences(one, share), [
          plain,
          strength,
        ] as const);
        expect(Object.keys(found)).toEqual(["WebGPU", "WebGL 2", "WebAssembly"]);
        for (const [name, worst] of Object.entries(found)) expect(worst, name).toBeLessThanOrEqual(1);
      }
      expect(await page.evaluate(() => probe.chosen())).toBe("WebAssembly");
      // What was asked for while the first was drawn is passed over, but for the last.
      expect(await page.evaluate(() => probe.hurried())).toEqual({ computed: [0, 99], isLast: true });
      expect(await page.evaluate(() => probe.losses())).toEqual([
        "WebGPU after undefined",
        "WebGL 2 after WebGPU",
        "off by at most 1",
        "WebAssembly after WebGL 2",
        "off by at most 1",
      ]);
      expect(await page.evaluate(() => probe.contextLost())).toBe("WebAssembly after WebGL 2");
    });
  });
});
