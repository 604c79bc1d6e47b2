import { describe, expect, it } from "vitest";
import { tables } from "../../../../test-support/luts.js";
import { compareColours, identityCube, linearToSrgb } from "../../src/colour/index.js";
import { applyLut } from "../../src/kernels/index.js";
import { applyNetwork, bakeNetwork, synthesize } from "../../src/look/index.js";
import { lookOf } from "./look-samples.js";

const network = synthesize(lookOf());

describe("bakeNetwork", () => {
  it("writes the network's own colours, clamped, at every node", () => {
    const { lut } = bakeNetwork(network, { size: 5, title: "test" });
    expect(lut.title).toBe("test");
    // Node (red 1, green 2, blue 3) of 5: red varies fastest.
    const colour = new Float32Array([1 / 4, 2 / 4, 3 / 4]);
    applyNetwork(network, colour, { channels: 3 });
    const at = 3 * (1 + 5 * (2 + 5 * 3));
    [...colour].forEach((value, channel) => {
      expect(tables(lut).cube?.table[at + channel]).toBeCloseTo(Math.min(Math.max(value, 0), 1), 6);
    });
  });

  it("measures an error that falls with the size of the lattice", () => {
    const errors = [9, 17, 33].map((size) => bakeNetwork(network, { size }).error.deltaE2000.mean);
    expect(errors[1]).toBeLessThan((errors[0] as number) / 2);
    expect(errors[2]).toBeLessThan((errors[1] as number) / 2);
    expect(errors[2]).toBeGreaterThan(0);
  });

  it("measures the error of what a display of sRGB shows of the space that the look writes", () => {
    const { lut, error } = bakeNetwork(network, { size: 9, outputSpace: "linear" });
    const exact = identityCube(48).table;
    const sampled = applyLut(lut, exact);
    applyNetwork(network, exact, { channels: 3 });
    const shown = (colours: Float32Array): Float32Array =>
      colours.map((value) => linearToSrgb(Math.min(1, Math.max(0, value))));
    const { deltaE2000 } = compareColours(shown(exact), shown(sampled));
    expect(error.deltaE2000.mean).toBeCloseTo(deltaE2000.mean, 3);
    expect(error.deltaE2000.mean).toBeGreaterThan(bakeNetwork(network, { size: 9 }).error.deltaE2000.mean);
  });

  it("is the identity LUT at strength 0", () => {
    const { lut, error } = bakeNetwork(network, { strength: 0 });
    const colours = new Float32Array([0.1, 0.55, 0.93]);
    expect(applyLut(lut, colours)).toEqual(colours);
    expect(error.psnr).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([1, 2.5, 257])("refuses size %s", (size) => {
    expect(() => bakeNetwork(network, { size })).toThrow(
      `bakeNetwork size: expected a whole number from 2 to 256, received ${size}`,
    );
  });
});
