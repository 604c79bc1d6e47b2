/** Looks with knobs and styles: what lies between what was trained. */
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import {
  type ColourSamples,
  type FitExample,
  type FitOptions,
  fitLook,
  measureLook,
} from "../../src/fit/index.js";

type Map3 = (r: number, g: number, b: number) => readonly number[];

function samplesOf(map: Map3, seed = 1, count = 4000): ColourSamples {
  const stream = new RandomStream({ seed, purpose: "test-colours" });
  const input = Float32Array.from({ length: 3 * count }, () => stream.uniform());
  const target = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const at = (channel: number): number => input[channel * count + i] as number;
    map(at(0), at(1), at(2)).forEach((value, channel) => {
      target[channel * count + i] = Math.min(1, Math.max(0, value));
    });
  }
  return { input, target };
}

const QUICK = { channels: 12, steps: 300, batch: 512, source: "test" } satisfies FitOptions;
const warm: Map3 = (r, g, b) => [r ** 0.8, 0.9 * g + 0.05, 0.8 * b];
const cool: Map3 = (r, g, b) => [0.8 * r, g ** 1.2, b ** 0.7];
const flat: Map3 = (r, g, b) => [r, g, b].map((v) => 0.2 + 0.6 * v);
const STYLES = { warm, cool, flat };
const styles = Object.keys(STYLES).map((name) => ({ name }));

describe("styles in one look", () => {
  const train = (): ReturnType<typeof fitLook> =>
    fitLook(
      Object.entries(STYLES).map(([style, map]) => ({ style, samples: samplesOf(map) })),
      { ...QUICK, styles },
    );

  it("are each learned as a look of their own is, and their blends are theirs", async () => {
    const { look } = await train();
    const psnrOf = (example: FitExample): number => measureLook(look, [example], "unseen").psnr ?? 99;
    for (const [style, map] of Object.entries(STYLES)) {
      const alone = await fitLook([{ samples: samplesOf(map) }], QUICK);
      const own = measureLook(alone.look, [{ samples: samplesOf(map, 2) }], "unseen").psnr ?? 99;
      expect(psnrOf({ style, samples: samplesOf(map, 2) })).toBeGreaterThan(Math.min(own, 50) - 1.5);
    }
    const between: Map3 = (r, g, b) =>
      [0, 1, 2].map((c) => 0.25 * (warm(r, g, b)[c] as number) + 0.75 * (cool(r, g, b)[c] as number));
    const blend = measureLook(
      look,
      [{ style: { warm: 0.25, cool: 0.75 }, samples: samplesOf(between, 2) }],
      "blend",
    );
    expect(blend.deltaE2000.mean).toBeLessThan(0.8);
  });

  it("need an example each, and examples one style each that there is", async () => {
    const fit = (style: FitExample["style"]): Promise<unknown> =>
      fitLook([{ ...(style !== undefined && { style }), samples: samplesOf(warm) }], {
        ...QUICK,
        styles,
        steps: 1,
      });
    await expect(fit("warm")).rejects.toThrow(
      "style cool: expected at least one example, received none. Leave the style out, or give it an example.",
    );
    await expect(fit("wram")).rejects.toThrow(
      /style wram: expected one of warm, cool, flat.* Did you mean warm\?/,
    );
    await expect(fit({ warm: 0.5, cool: 0.5 })).rejects.toThrow(
      "style of an example: expected one style: blends need no training, they are exact, received an object",
    );
  });
});

describe("a knob that was trained at three settings", () => {
  // Straight lines between the three are off by 1.6.
  const KNOB = { name: "glow", minimum: 0, maximum: 10, default: 5 };
  const brighter = (glow: number): Map3 => {
    const factor = 0.6 * 2 ** (glow / 10);
    return (r, g, b) => [r * factor, g * factor, b * factor ** 1.5];
  };
  const at = (glow: number, seed: number): FitExample => ({
    settings: { glow },
    samples: samplesOf(brighter(glow), seed),
  });

  it.each([
    ["the same colours", (nth: number) => 1 + 0 * nth],
    ["other colours at each", (nth: number) => 1 + nth],
  ])("is true between them, learned from %s", async (_name, seed) => {
    const examples = [0, 5, 10].map((glow, nth) => at(glow, seed(nth)));
    const { look } = await fitLook(examples, { ...QUICK, steps: 500, knobs: [KNOB] });
    const between = [1, 2, 3, 7, 8, 9].map((glow) => at(glow, 9));
    expect(measureLook(look, between, "between").deltaE2000.mean).toBeLessThan(1);
  });

  it("is continued to the same bits from a checkpoint", async () => {
    const examples = [0, 5, 10].map((glow, nth) => at(glow, 1 + nth));
    const options: FitOptions = { ...QUICK, knobs: [KNOB], steps: 12 };
    const saved: Uint8Array[] = [];
    const save = (bytes: Uint8Array): void => {
      saved.push(bytes);
    };
    const whole = await fitLook(examples, { ...options, checkpoint: { every: 5, save } });
    const resumed = await fitLook(examples, { ...options, resume: saved[0] as Uint8Array });
    expect(resumed.look).toEqual(whole.look);
  });
});

describe("two knobs", () => {
  const knobs = ["lift", "red"].map((name) => ({ name, minimum: 0, maximum: 1, default: 0 }));
  const map =
    (lift: number, red: number): Map3 =>
    (r, g, b) =>
      [r * (1 - 0.4 * red), g, b].map((v) => v + 0.3 * lift * (1 - v));
  const at = (lift: number, red: number, seed = 1): FitExample => ({
    settings: { lift, red },
    samples: samplesOf(map(lift, red), seed),
  });

  it("are true between the corners of a square of settings", async () => {
    const examples = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
    const { look } = await fitLook(examples, { ...QUICK, steps: 500, knobs });
    for (const [lift, red] of [
      [0.5, 0],
      [0.5, 0.5],
      [0.2, 0.7],
    ] as const) {
      expect(measureLook(look, [at(lift, red, 9)], "between").deltaE2000.mean).toBeLessThan(1);
    }
  });
});
