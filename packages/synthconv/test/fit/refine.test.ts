import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activationFunction } from "../../src/core/activations.js";
import { RandomStream } from "../../src/core/random.js";
import { NetworkJacobian } from "../../src/fit/network-jacobian.js";
import { NormalEquations } from "../../src/fit/normal-equations.js";
import { chosenPlan, FIT_QUALITIES } from "../../src/fit/quality.js";
import { fallsAlong } from "../../src/fit/ramp-falls.js";
import { tiedOutputs } from "../../src/fit/refine-look.js";
import { refineNetwork } from "../../src/fit/refine-network.js";
import type { WeightedColours } from "../../src/fit/samples.js";
import { allColours, CHUNK, drawnColours } from "../../src/fit/step-colours.js";

const COLOURS = 5;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const networks = fc.record({
  channels: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }).map((inner) => [3, ...inner, 3]),
  activation: fc.constantFrom("tanh" as const, "silu" as const, "softplus" as const),
  residual: fc.boolean(),
});
type Network = ReturnType<typeof networks.generate> extends { value: infer Value } ? Value : never;

function normals(count: number, seed: number): Float64Array {
  const stream = new RandomStream({ seed, purpose: "refine-test" });
  return Float64Array.from({ length: count }, () => stream.normal());
}

/** The definition, colour by colour in float64. */
function outputsOf({ channels, activation, residual }: Network, weights: Float64Array, image: Float32Array) {
  const { value } = activationFunction("test", activation);
  return Array.from({ length: COLOURS }, (_, nth) => {
    const colour = [0, 1, 2].map((channel) => image[channel * COLOURS + nth] as number);
    let values = colour;
    let at = 0;
    for (let layer = 0; layer + 1 < channels.length; layer++) {
      const [width, outputs] = [channels[layer] as number, channels[layer + 1] as number];
      const before = layer === 0 ? values : values.map((one) => value(one, 0.01));
      const start = at;
      values = Array.from({ length: outputs }, (_unit, unit) =>
        before.reduce(
          (sum, one, from) => sum + one * (weights[start + unit * width + from] as number),
          weights[start + outputs * width + unit] as number,
        ),
      );
      at += outputs * (width + 1);
    }
    return values.map((one, channel) => one + (residual ? (colour[channel] as number) : 0));
  });
}

describe("the Jacobian of a pixel network", () => {
  it("is that of the definition, by central differences, for any shape", () => {
    fc.assert(
      fc.property(networks, seeds, (network, seed) => {
        const jacobian = new NetworkJacobian(network, COLOURS);
        const weights = normals(jacobian.size, seed);
        const image = Float32Array.from(normals(3 * COLOURS, seed + 1));
        jacobian.forward(weights, image);
        const outputs = outputsOf(network, weights, image);
        outputs.forEach((colour, nth) => {
          colour.forEach((one, channel) => {
            expect(jacobian.output[channel * COLOURS + nth]).toBeCloseTo(one, 3);
          });
        });
        const scale = new Float32Array(3 * COLOURS).fill(1);
        scale[COLOURS] = 0;
        jacobian.differentiate(weights, scale);
        for (let weight = 0; weight < jacobian.size; weight++) {
          const moved = (by: number) =>
            outputsOf(
              network,
              weights.map((one, at) => one + (at === weight ? by : 0)),
              image,
            );
          const [above, below] = [moved(1e-5), moved(-1e-5)];
          for (let nth = 0; nth < COLOURS; nth++) {
            for (let channel = 0; channel < 3; channel++) {
              const row = channel * COLOURS + nth;
              const slope = ((above[nth]?.[channel] as number) - (below[nth]?.[channel] as number)) / 2e-5;
              const found = jacobian.rows[weight * 3 * COLOURS + row] as number;
              const wanted = row === COLOURS ? 0 : slope;
              expect(Math.abs(found - wanted)).toBeLessThan(1e-3 * Math.max(1, Math.abs(slope)));
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("normal equations", () => {
  it("solve what they were given: the residual of the damped system is 0", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), seeds, (unknowns, seed) => {
        const count = 2 * unknowns + 7;
        const rows = Float32Array.from(normals(unknowns * count, seed));
        const residuals = Float32Array.from(normals(count, seed + 1));
        const equations = new NormalEquations(unknowns);
        equations.add(rows, residuals);
        const found = equations.solve(0.1, 0);
        const line = (unknown: number) => rows.subarray(unknown * count, (unknown + 1) * count);
        const dot = (a: Float32Array, b: Float32Array) =>
          a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
        for (const unknown of [0, unknowns >> 1, unknowns - 1]) {
          const own = line(unknown);
          let left = 0.1 * dot(own, own) * (found[unknown] as number);
          for (let other = 0; other < unknowns; other++)
            left += dot(own, line(other)) * (found[other] as number);
          expect(Math.abs(left - dot(own, residuals))).toBeLessThan(1e-3 * count);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe("refineNetwork", () => {
  const network = { channels: [3, 4, 4, 3], activation: "tanh" as const, residual: true };
  const weights = Float32Array.from(normals(51, 3));

  it("finds a network of the same shape again, to 60 dB, from weights beside it", () => {
    const truth = Float64Array.from(weights, (weight) => 0.3 * weight);
    const jacobian = new NetworkJacobian(network, 1024);
    const draw = (stream: RandomStream, count: number) => {
      const input = Float32Array.from({ length: 3 * count }, () => stream.uniform());
      jacobian.forward(truth, input);
      return { input, target: jacobian.output.slice() };
    };
    const start = Float32Array.from(normals(51, 4), (by, at) => (truth[at] as number) + 0.1 * by);
    const colours = drawnColours(draw, { colours: 1024, seed: 1 });
    const steps = [...refineNetwork({ network, weights: start, colours, steps: 25 })];
    expect(steps).toHaveLength(25);
    expect(steps.at(-1)?.loss).toBeLessThan(1e-6);
    const again = [...refineNetwork({ network, weights: start, colours, steps: 25 })];
    expect(again).toEqual(steps);
  });

  it("leaves what is right as it is: targets at an end count for whatever lies beyond it", () => {
    const draw = (_: RandomStream, count: number) => ({
      input: new Float32Array(3 * count).fill(0.5),
      target: new Float32Array(3 * count).fill(1),
    });
    const bright = new Float32Array(51);
    bright.fill(2, 48);
    const colours = drawnColours(draw, { colours: 1024, seed: 1 });
    const [step] = refineNetwork({ network, weights: bright, colours, steps: 1 });
    expect(step).toEqual({ loss: 0, weights: bright });
  });
});

describe("all colours", () => {
  it("are each in one part of a step, with its weight, and what fills the last part up does not count", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 * CHUNK }), (total) => {
        const numbers = Float32Array.from({ length: 3 * total }, (_, at) => at);
        const weights = Float32Array.from({ length: total }, (_, nth) => nth + 1);
        const parts = allColours({ input: numbers, target: numbers, weights })(0, 1);
        const counting = parts.flatMap((part) =>
          [...part.weights.keys()]
            .filter((nth) => part.weights[nth] !== 0)
            .map((nth) => [
              part.weights[nth],
              ...[0, 1, 2].map((channel) => part.target[channel * CHUNK + nth]),
            ]),
        );
        expect(counting).toEqual(
          Array.from({ length: total }, (_, nth) => [nth + 1, nth, total + nth, 2 * total + nth]),
        );
        expect(parts.every(({ input }) => input.length === 3 * CHUNK)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it("of several lists are the parts of one list after those of the other", () => {
    const list = (count: number, value: number) => ({
      input: new Float32Array(3 * count).fill(value),
      target: new Float32Array(3 * count).fill(value / 2),
      weights: new Float32Array(count).fill(value),
    });
    const both = allColours(list(CHUNK + 1, 0.25), list(3, 0.5))(0, 1);
    expect(both).toEqual([...allColours(list(CHUNK + 1, 0.25))(0, 1), ...allColours(list(3, 0.5))(0, 1)]);
    expect(both.length).toBe(3);
  });

  it("count as if they were there as often as their weights say", () => {
    const network = { channels: [3, 2, 3], activation: "tanh" as const, residual: true };
    const weights = Float32Array.from(normals(17, 8));
    const some = normals(30, 9).map((value) => Math.abs(value) / 3);
    const [before, after] = [Float32Array.from(some.subarray(0, 15)), Float32Array.from(some.subarray(15))];
    const threeOfTheFirst = (planes: Float32Array) =>
      Float32Array.from(
        { length: 21 },
        (_, at) => planes[5 * Math.floor(at / 7) + Math.max(0, (at % 7) - 2)] as number,
      );
    const step = (colours: WeightedColours) =>
      [...refineNetwork({ network, weights, colours: allColours(colours), steps: 1 })][0];
    const weighted = step({ input: before, target: after, weights: Float32Array.of(3, 1, 1, 1, 1) });
    const repeated = step({
      ...{ input: threeOfTheFirst(before), target: threeOfTheFirst(after) },
      weights: new Float32Array(7).fill(1),
    });
    expect(weighted?.loss).toBeCloseTo(repeated?.loss as number, 6);
    weighted?.weights.forEach((weight, at) => {
      expect(weight).toBeCloseTo(repeated?.weights[at] as number, 3);
    });
  });
});

describe("falls along the ramp", () => {
  const ramp = (value: (grey: number) => number): Float32Array =>
    Float32Array.from({ length: 256 }, (_, grey) => value(grey) / 255);
  const largest = (own: Float32Array, theirs: Float32Array): number =>
    255 * Math.max(...fallsAlong(own, theirs).map(({ by }) => by));

  it("are measured from the highest grey before, where the source does not fall", () => {
    const own = ramp((grey) => (grey < 100 ? grey : 76.5));
    const rising = ramp((grey) => grey);
    expect(fallsAlong(own, rising)[150]?.by).toBeCloseTo(99 / 255 - 0.3, 6);
    expect(fallsAlong(own, rising)[150]?.from).toBe(99);
    expect(largest(own, own)).toBe(0);
    expect(
      largest(
        rising,
        ramp(() => Number.NaN),
      ),
    ).toBe(0);
    expect(
      largest(
        own,
        ramp(() => Number.NaN),
      ),
    ).toBeCloseTo(22.5, 3);
    expect(
      largest(
        own,
        ramp(() => 80),
      ),
    ).toBeCloseTo(22.5, 3);
  });

  it("do not count where the source falls itself, however late or far the look follows it", () => {
    // Down from 80 to 30, and up again.
    const valley = ramp((grey) => 80 - Math.min(50, Math.max(0, grey - 60)) + 2 * Math.max(0, grey - 150));
    expect(
      largest(
        ramp((grey) => 80 - 1.2 * Math.min(50, Math.max(0, grey - 60))),
        valley,
      ),
    ).toBe(0);
    // Ten greys late: what it falls by behind the bottom counts.
    const late = ramp((grey) => 80 - Math.min(50, Math.max(0, grey - 70)));
    expect(largest(late, valley)).toBeCloseTo(10, 3);
  });

  it("count over a source whose noise falls by less than half a code", () => {
    const noisy = ramp((grey) => grey + (grey % 2 === 0 ? 0.7 : -0.7));
    const own = ramp((grey) => (grey < 100 ? grey : 90));
    expect(largest(own, noisy)).toBeGreaterThan(8.9);
  });
});

describe("the plan of a fit", () => {
  it("keeps to its size, and wastes less than a unit of the first layer", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 14, max: 132_867 }),
        fc.constantFrom(...FIT_QUALITIES),
        (size, quality) => {
          const widths = chosenPlan({ quality, size })?.widths ?? [];
          const numbers = ([a = 0, b = 0, c = 0]: readonly number[]) =>
            4 * a + (a + 1) * b + (b + 1) * c + 3 * (c + 1);
          expect(widths).toHaveLength(3);
          expect(Math.min(...widths)).toBeGreaterThan(0);
          expect(Math.max(...widths)).toBeLessThanOrEqual(256);
          expect(numbers(widths)).toBeLessThanOrEqual(size);
          const [first = 0, ...others] = widths;
          if (first < 256) expect(numbers([first + 1, ...others])).toBeGreaterThan(size);
        },
      ),
    );
  });

  it("leaves what is named alone, and is one of Adam alone where weights are written by another network", () => {
    expect(chosenPlan({ channels: 8 })).toBeUndefined();
    expect(chosenPlan({ steps: 8, size: 100 })).toMatchObject({ steps: 8, widths: [6, 5, 4] });
    const knobs = [{ name: "warmth", minimum: 0, maximum: 1, default: 0 }];
    expect(chosenPlan({ knobs })).toBeUndefined();
    const plan = chosenPlan({ knobs, quality: "draft" });
    expect(plan).toMatchObject({ widths: [71], activation: "relu", refinement: undefined });
    expect(chosenPlan({ size: 500, hidden: 2 })?.widths).toEqual([16, 13]);
    expect(chosenPlan({ size: 500, channels: 8 })?.widths).toEqual([8, 8, 8]);
  });
});

describe("tied outputs", () => {
  it("are the mean of the three rows of the last layer, and of its biases", () => {
    const last = [1, 2, 3, 4, 5, 9, 0, 3, 6];
    const tied = tiedOutputs(Float32Array.from([7, ...last]), [3, 2, 3]);
    expect([...tied]).toEqual([7, 3, 5, 3, 5, 3, 5, 3, 3, 3]);
  });
});
