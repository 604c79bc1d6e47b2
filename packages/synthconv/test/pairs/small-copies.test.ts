import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/index.js";
import { findLocalEdits } from "../../src/pairs/local-edits.js";
import { matchPair } from "../../src/pairs/match-pair.js";

const WIDTH = 512;
const HEIGHT = 344;
const PIXELS = WIDTH * HEIGHT;

type Rgb = readonly [red: number, green: number, blue: number];
/** @param x 0 to 1 from left to right; `y` from above to below. */
type Edit = (colour: Rgb, x: number, y: number) => readonly number[];

const warm: Edit = ([red, green, blue]) => [0.05 + 0.9 * red ** 0.8, 0.9 * green, 0.85 * blue ** 1.2];
const shaded = (edit: Edit, shade: (x: number, y: number) => number): Edit => {
  return (colour, x, y) => edit(colour, x, y).map((value) => shade(x, y) * value);
};
const brushed = (edit: Edit, radius: number): Edit => {
  return (colour, x, y) => {
    const [red = 0, green = 0, blue = 0] = edit(colour, x, y);
    const isIn = Math.hypot(1.5 * (x - 0.35), y - 0.55) < radius;
    return isIn ? [red - 0.2, green + 0.1, blue + 0.25] : [red, green, blue];
  };
};
const vignette = (strength: number) => (x: number, y: number) =>
  1 - strength * ((x - 0.5) ** 2 + (y - 0.5) ** 2);

/** Waves of some 6 to 300 pixels: every colour stands at many places. */
function scene(seed: number): Float32Array {
  const stream = new RandomStream({ seed, purpose: "scene" });
  const planes = new Float32Array(3 * PIXELS);
  for (let channel = 0; channel < 3; channel++) {
    const waves = [0.02, 0.05, 0.13, 0.4, 1].map((often) => {
      const [along, across] = [stream.normal(), stream.normal()];
      const length = Math.hypot(along, across);
      return [(often * along) / length, (often * across) / length, 6 * stream.uniform()] as const;
    });
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
      const sum = waves.reduce((all, [a, b, phase]) => all + Math.sin(a * x + b * y + phase), 0);
      planes[channel * PIXELS + pixel] = 0.5 + 0.07 * sum;
    }
  }
  return planes;
}

function edited(before: Float32Array, edit: Edit): Float32Array {
  const after = new Float32Array(before.length);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const colour = [0, 1, 2].map((channel) => before[channel * PIXELS + pixel]) as unknown as Rgb;
    const [x, y] = [(pixel % WIDTH) / WIDTH, Math.floor(pixel / WIDTH) / HEIGHT];
    edit(colour, x, y).forEach((value, channel) => {
      after[channel * PIXELS + pixel] = Math.min(1, Math.max(0, value));
    });
  }
  return after;
}

const view = (planes: Float32Array) => ({
  ...{ width: WIDTH, height: HEIGHT, channels: 3 as const },
  data: Float32Array.from(planes, (_, at) => planes[(at % 3) * PIXELS + Math.floor(at / 3)] as number),
});

/** Measured: 0.015 at most, over two draws of six edits at 768 x 512. */
const AGREEMENT = 0.03;

describe("what a copy of 256 pixels says of a pair", () => {
  it.each([
    ["a brush and a vignette", brushed(shaded(warm, vignette(0.6)), 0.1)],
    [
      "a brush and a gradient",
      brushed(
        shaded(warm, (x) => 0.9 + 0.15 * x),
        0.14,
      ),
    ],
  ])("is what all of its pixels say: %s", (_, edit) => {
    const before = scene(1);
    const after = edited(before, edit);
    const copy = matchPair(view(before), view(after)).edits;
    expect(copy.width).toBe(256);
    const inside = new Float32Array(PIXELS).fill(1);
    const whole = findLocalEdits({ width: WIDTH, height: HEIGHT, before, after, inside });
    for (const [found, wanted] of [
      [copy.unexplained, whole.unexplained],
      [copy.unexplainedOutside, whole.unexplainedOutside],
      ...(["local", "smooth", "fine"] as const).map((kind) => [copy.shares[kind], whole.shares[kind]]),
    ] as [number, number][]) {
      expect(Math.abs(found - wanted)).toBeLessThan(AGREEMENT);
    }
    // Neither is none.
    expect(Math.min(whole.shares.local, whole.shares.smooth)).toBeGreaterThan(0.05);
  });
});
