import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/index.js";
import { GREYS } from "../../src/fit/grey-source.js";
import { risenRamp } from "../../src/fit/risen-ramp.js";
import {
  type ColourSamples,
  type FitExample,
  fitLook,
  type GreySource,
  type Look,
  measureGreys,
  measureLook,
  repairKnobGreys,
} from "../../src/fit.js";
import { synthesize } from "../../src/look.js";

type Colour = readonly [red: number, green: number, blue: number];
/** What a colour becomes at a setting of the knob. */
type Transform = (colour: Colour, knob: number) => readonly number[];

const KNOBS = [{ name: "amount", minimum: 0, maximum: 1, default: 1 }];
const SETTINGS = [0, 0.5, 1];
/** Small and quick: half a second a fit. */
const FIT = { knobs: KNOBS, channels: 16, steps: 1200, batch: 768, seed: 0, source: "test" };

const luma = ([red, green, blue]: Colour): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** Greys rise slowly; colours swing so that a small network, which cannot follow them, lets greys fall. */
const swinging: Transform = (colour, knob) => {
  const [red, green, blue] = colour;
  const swing =
    0.3 * Math.sin(7 * (red - green)) * Math.cos(5 * (green - blue)) + 0.2 * Math.cos(6 * (blue - red)) - 0.2;
  return colour.map((value, channel) => {
    const bent = 0.35 + 0.3 * value + (channel - 1) * swing;
    return value + knob * (bent - value);
  });
};
const desaturated: Transform = (colour, knob) => colour.map((value) => value + knob * (luma(colour) - value));
const contrast: Transform = (colour, knob) => {
  const grey = luma(colour);
  return colour.map(() => grey + knob * (grey * grey * (3 - 2 * grey) - grey));
};

function samplesOf(transform: Transform, knob: number, purpose: string): ColourSamples {
  const random = new RandomStream({ seed: 0, purpose });
  const count = 6000;
  const [input, target] = [new Float32Array(3 * count), new Float32Array(3 * count)];
  for (let nth = 0; nth < count; nth++) {
    const colour = [random.uniform(), random.uniform(), random.uniform()] as const;
    const made = transform(colour, knob);
    for (const channel of [0, 1, 2]) {
      input[channel * count + nth] = colour[channel] as number;
      target[channel * count + nth] = Math.min(1, Math.max(0, made[channel] as number));
    }
  }
  return { input, target };
}

function sourceOf(transform: Transform, knob: number, isMonochrome: boolean): GreySource {
  const ramp = new Float32Array(3 * GREYS);
  for (let grey = 0; grey < GREYS; grey++) {
    const level = grey / (GREYS - 1);
    transform([level, level, level], knob).forEach((value, channel) => {
      ramp[channel * GREYS + grey] = Math.min(1, Math.max(0, value));
    });
  }
  return { ramp, isMonochrome };
}

interface Learned {
  readonly look: Look;
  readonly training: readonly FitExample[];
  readonly tests: readonly FitExample[];
  readonly greys: readonly GreySource[];
  readonly sourceAt: (knob: number) => GreySource;
}

async function learned(transform: Transform, isGreyAt: (knob: number) => boolean): Promise<Learned> {
  const examples = (purpose: string): FitExample[] =>
    SETTINGS.map((amount) => ({ settings: { amount }, samples: samplesOf(transform, amount, purpose) }));
  const sourceAt = (knob: number): GreySource => sourceOf(transform, knob, isGreyAt(knob));
  const training = examples("training");
  const { look } = await fitLook(training, FIT);
  return { look, training, tests: examples("test"), greys: SETTINGS.map(sourceAt), sourceAt };
}

function repaired({ look, training, tests, greys }: Learned): ReturnType<typeof repairKnobGreys> {
  return repairKnobGreys(look, { training, greys, test: { on: "test", examples: tests } });
}

/** The worst at settings that no repair has drawn: 40 of a stream of this test's own, and those of the examples. */
function worstOver(look: Look, { sourceAt, tests }: Learned): { fall: number; tint: number } {
  const random = new RandomStream({ seed: 7, purpose: "settings of the test" });
  const knobs = [...SETTINGS, ...Array.from({ length: 40 }, () => random.uniform())];
  const records = knobs.map((amount) => {
    return measureGreys(synthesize(look, { amount }), sourceAt(amount), (tests[0] as FitExample).samples);
  });
  return {
    fall: Math.max(...records.map(({ fall }) => fall)),
    tint: Math.max(...records.map(({ tint }) => tint ?? 0)),
  };
}

const psnrOf = (look: Look, { tests }: Learned): number => measureLook(look, tests, "test").psnr as number;

describe("greys of a look with a knob", () => {
  it("fall by no code that is seen, at its examples' settings and between them, for less than half a decibel", async () => {
    const one = await learned(swinging, () => false);
    expect(worstOver(one.look, one).fall).toBeGreaterThan(0.5);
    const { look, greys, repaired: isRepaired } = await repaired(one);
    expect(isRepaired).toBe(true);
    expect(worstOver(look, one).fall).toBeLessThan(0.25);
    expect(greys.fall).toBeLessThan(0.25);
    expect(psnrOf(look, one)).toBeGreaterThan(psnrOf(one.look, one) - 0.5);
    expect(look.schema.error?.on).toBe("test");
    expect(look.schema.guarantees?.fall).toBeLessThan(0.25);
  });

  it("are one in all channels at the setting whose source is monochrome, and elsewhere as they were", async () => {
    const one = await learned(desaturated, (knob) => knob === 1);
    expect(worstOver(one.look, one).tint).toBeGreaterThan(0.1);
    const { look } = await repaired(one);
    expect(worstOver(look, one).tint).toBeLessThan(0.01);
    for (const [nth, { settings }] of one.tests.entries()) {
      const tests = [one.tests[nth] as FitExample];
      const [before, after] = [one.look, look].map((each) => measureLook(each, tests, "test").psnr as number);
      expect(after, JSON.stringify(settings)).toBeGreaterThan((before as number) - 0.3);
    }
  });

  it("are one in all channels everywhere where every source is monochrome, without a repair", async () => {
    const one = await learned(contrast, () => true);
    expect(worstOver(one.look, one).tint).toBe(0);
    expect(psnrOf(one.look, one)).toBeGreaterThan(30);
  });

  it("are left alone where nothing is wrong, the very look", async () => {
    const one = await learned(
      (colour) => colour,
      () => false,
    );
    const { look, repaired: isRepaired, greys } = await repaired(one);
    expect(isRepaired).toBe(false);
    expect(look).toBe(one.look);
    expect(greys.tint).toBeNull();
  });

  it("need what they become at every example", async () => {
    const one = await learned(
      (colour) => colour,
      () => false,
    );
    await expect(repaired({ ...one, greys: one.greys.slice(1) })).rejects.toThrow(
      "repairKnobGreys: expected one example or more, and for each its greys and its test, received 3 examples, 2 greys and 3 tests",
    );
  });
});

describe("a ramp that is to rise", () => {
  const ramp = (value: (grey: number) => number): Float32Array =>
    Float32Array.from({ length: 3 * GREYS }, (_, at) => value((at % GREYS) / (GREYS - 1)));
  const source = (value: (grey: number) => number): GreySource => ({
    ramp: ramp(value),
    isMonochrome: false,
  });
  const rises = source((grey) => grey);
  const turns = source((grey) => (grey < 0.5 ? grey : 1 - grey));
  const arc = ramp((grey) => 0.5 + 0.4 * Math.sin(4 * grey));

  const largestFall = (values: Float32Array): number => {
    let [fall, highest] = [0, Number.NEGATIVE_INFINITY];
    for (const value of values.subarray(0, GREYS)) {
      highest = Math.max(highest, value);
      fall = Math.max(fall, highest - value);
    }
    return fall;
  };

  it("stays where it rises, and is the mean of what fell elsewhere", () => {
    const risen = risenRamp(arc, [rises]);
    expect(largestFall(risen)).toBeLessThan(1e-6);
    expect([...risen.subarray(0, 10)]).toEqual([...arc.subarray(0, 10)]);
    const mean = (values: Float32Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(risen)).toBeCloseTo(mean(arc), 5);
  });

  it("may fall where its source falls, and between two settings where one of them does", () => {
    for (const sources of [[turns], [rises, turns], [turns, rises]]) {
      expect(largestFall(risenRamp(arc, sources))).toBeGreaterThan(0.5);
    }
    expect(largestFall(risenRamp(arc, [rises, rises]))).toBeLessThan(1e-6);
  });

  it("keeps what lies beyond 0 to 1 as far beyond", () => {
    const beyond = ramp((grey) => 3 * grey - 1);
    expect([...risenRamp(beyond, [rises])]).toEqual([...beyond]);
  });
});
