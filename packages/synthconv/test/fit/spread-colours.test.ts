import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import { drawSpread } from "../../src/fit/spread-colours.js";

const streamOf = (seed: number): RandomStream => new RandomStream({ seed, purpose: "spread test" });

/** Colours that crowd where `power` pulls them; each target tells its colour. */
function samplesOf(seed: number, total: number, power: number) {
  const stream = streamOf(seed);
  const input = Float32Array.from({ length: 3 * total }, () => stream.uniform() ** power);
  return { input, target: input.map((value) => 2 * value + 1) };
}

/** How many of the colours lie in each part of a cube that is cut into `side` along every axis. */
function countsOf(input: Float32Array, side: number): number[] {
  const count = input.length / 3;
  const counts = Array.from({ length: side ** 3 }, () => 0);
  for (let nth = 0; nth < count; nth++) {
    const cell = [0, 1, 2].reduce((place, channel) => {
      return side * place + Math.min(side - 1, Math.floor(side * (input[channel * count + nth] as number)));
    }, 0);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}

describe("colours that are drawn all over the cube", () => {
  it("come from every part of it as often as its share of all colours says, but for one at each end", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.integer({ min: 64, max: 4000 }),
        fc.integer({ min: 1, max: 600 }),
        fc.constantFrom(0.4, 1, 2.5),
        fc.constantFrom(2, 4),
        (seed, total, count, power, side) => {
          const samples = samplesOf(seed, total, power);
          const { input, target } = drawSpread([samples])(streamOf(seed + 1), count);
          expect(target).toEqual(input.map((value) => 2 * value + 1));
          const all = countsOf(samples.input, side);
          countsOf(input, side).forEach((drawn, cell) => {
            expect(Math.abs(drawn - ((all[cell] as number) * count) / total)).toBeLessThan(2.001);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are other ones in each draw, and the same for the same stream", () => {
    const draw = drawSpread([samplesOf(1, 5000, 1)]);
    expect(draw(streamOf(2), 100)).toEqual(draw(streamOf(2), 100));
    expect(draw(streamOf(2), 100)).not.toEqual(draw(streamOf(3), 100));
  });

  it("come from several lists in turn, and from beyond 0 and 1", () => {
    const low = { input: new Float32Array(30).fill(-0.5), target: new Float32Array(30).fill(1) };
    const high = { input: new Float32Array(6).fill(1.5), target: new Float32Array(6).fill(2) };
    const { input } = drawSpread([low, high])(streamOf(0), 6);
    expect([...input]).toEqual(Array.from({ length: 18 }, (_, at) => (at % 2 === 0 ? -0.5 : 1.5)));
  });
});
