import type { PixelNetwork } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { lookFunction } from "../../src/commands/apply/look-function.js";

/** Halves every channel and adds .25 to it. */
function halve(residual: boolean): PixelNetwork {
  const diagonal = residual ? -0.5 : 0.5;
  const weight = Float32Array.of(diagonal, 0, 0, 0, diagonal, 0, 0, 0, diagonal);
  const bias = Float32Array.of(0.25, 0.25, 0.25);
  return { layers: [{ inputs: 3, outputs: 3, weight, bias, activation: "none" }], residual };
}

const COLOURS = [0, 1, 0.5, 0.25, 0.75, 0.125];

describe("lookFunction", () => {
  it.each([true, false])(
    "blends the look with the colours by its strength, residual %s",
    async (residual) => {
      for (const strength of [0, 0.25, 1]) {
        const result = await lookFunction(halve(residual), strength)(Float32Array.from(COLOURS), 2);
        const expected = COLOURS.map((value) => value + strength * (0.5 * value + 0.25 - value));
        expect([...result]).toEqual(expected);
      }
    },
  );

  it("takes chunks of any size, one after the other", async () => {
    const look = lookFunction(halve(true), 1);
    for (const count of [1, 5, 2]) {
      const result = await look(new Float32Array(3 * count).fill(0.5), count);
      expect([...result]).toEqual(new Array(3 * count).fill(0.5));
    }
  });
});
