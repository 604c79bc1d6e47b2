import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import { type PixelNetwork, pixelNetworkForward } from "../../src/kernels/index.js";
import { blendNetworks, mergeNetworks, parseLook, serializeLook, synthesize } from "../../src/look/index.js";
import { lookOf, schemaOf } from "./look-samples.js";

const PIXELS = 64;

function networkOf(hidden: readonly number[], seed: number, residual = true): PixelNetwork {
  const channels = [3, ...hidden, 3];
  return synthesize(lookOf(schemaOf({ network: { channels, activation: "relu", residual } }), seed));
}

/** Of colours inside and outside of 0 to 1. */
function outputOf(network: PixelNetwork): Float32Array {
  const stream = new RandomStream({ seed: 3, purpose: "colours" });
  const image = Float32Array.from({ length: 3 * PIXELS }, () => -0.5 + 2 * stream.uniform());
  const output = new Float32Array(3 * PIXELS);
  pixelNetworkForward({ network, image, output, pixels: PIXELS });
  return output;
}

function furthest(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] as number))), 0);
}

const hidden = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 });

describe("mergeNetworks", () => {
  it("keeps every look as a style, whatever the widths and depths of the others, and blends them exactly", () => {
    const depths = new Set<string>();
    fc.assert(
      fc.property(fc.array(hidden, { minLength: 2, maxLength: 4 }), fc.boolean(), (all, residual) => {
        const networks = all.map((one, seed) => networkOf(one, seed, residual));
        const merged = mergeNetworks(networks.map((network, at) => ({ name: `look${at}`, network })));
        const look = parseLook(serializeLook(merged), "merged");
        for (const one of all) depths.add(`${one.length} of ${Math.max(...all.map(({ length }) => length))}`);
        const outputs = networks.map(outputOf);
        outputs.forEach((output, at) => {
          expect(furthest(outputOf(synthesize(look, {}, `look${at}`)), output)).toBeLessThan(1e-5);
        });
        const blended = outputOf(synthesize(look, {}, { look0: 0.3, look1: 0.7 }));
        const expected = outputs[0]?.map((value, at) => 0.3 * value + 0.7 * (outputs[1]?.[at] as number));
        expect(furthest(blended, expected as Float32Array)).toBeLessThan(1e-5);
      }),
      { numRuns: 200, seed: 15 },
    );
    // From a single layer up to four, each filled up to each greater depth.
    expect(depths.size).toBe(10);
  });

  it("gives what blendNetworks gives where the networks are alike", () => {
    const networks = [networkOf([6], 1), networkOf([6], 2)] as const;
    const look = mergeNetworks(networks.map((network, at) => ({ name: `look${at}`, network })));
    const shares = networks.map((network) => ({ network, share: 0.5 }));
    expect(synthesize(look, {}, { look0: 0.5, look1: 0.5 })).toEqual(blendNetworks(shares));
  });

  it("refuses networks that are built in another way, and says how both are", () => {
    const leaky = (channels: number[]): PixelNetwork =>
      synthesize(lookOf(schemaOf({ network: { channels, activation: "leakyRelu", residual: true } })));
    const merge =
      (...networks: PixelNetwork[]) =>
      () =>
        mergeNetworks(networks.map((network, at) => ({ name: `look${at}`, network })));
    expect(merge(networkOf([4], 1), networkOf([4], 2, false))).toThrow(
      "look1: expected a look whose network is built as that of look0 (2 layers, relu, added to its input), received 2 layers, relu, not added to its input. Bake both, and learn a look from each table.",
    );
    expect(merge(networkOf([4], 1), leaky([3, 4, 3]))).toThrow("received 2 layers, leakyRelu");
    expect(merge(leaky([3, 4, 4, 3]), leaky([3, 4, 3]))).toThrow("look1: expected a look");
    expect(merge(leaky([3, 4, 3]), leaky([3, 5, 3]))).not.toThrow();
  });
});
