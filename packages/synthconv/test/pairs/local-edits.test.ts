import { describe, expect, it } from "vitest";
import { type Rgb, randomMap } from "../../../../test-support/random-map.js";
import { RandomStream } from "../../src/index.js";
import { findLocalEdits, type SmallPair } from "../../src/pairs/local-edits.js";

const WIDTH = 192;
const HEIGHT = 144;
const PIXELS = WIDTH * HEIGHT;
/** Of a JPEG's noise, standard deviation. */
const NOISE = 1.5 / 255;

/** By how much a place belongs to a disc that fades out over a third of its radius on both sides of it. */
function soft(x: number, y: number, radius: number): number {
  const distance = Math.hypot(x / WIDTH - 0.66, y / HEIGHT - 0.4) / radius;
  return Math.min(1, Math.max(0, (4 / 3 - distance) * 1.5));
}

/** A picture of waves, and in a disc of it a blue that is nowhere else; edited, saved as a JPEG and brushed. */
function pairOf(
  draw: number,
  brush: (x: number, y: number) => number,
): SmallPair & { readonly brushed: Float32Array } {
  const stream = new RandomStream({ seed: draw, purpose: "local-edits-test" });
  const map = randomMap(stream);
  const waves = Array.from({ length: 9 }, () => [4 + 20 * stream.uniform(), 6.3 * stream.uniform()] as const);
  const before = new Float32Array(3 * PIXELS);
  const after = new Float32Array(3 * PIXELS);
  const brushed = new Float32Array(PIXELS);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    const isBlue = Math.hypot(x / WIDTH - 0.66, y / HEIGHT - 0.4) < 0.16;
    const wave = (nth: number, along: number): number => {
      const [often, phase] = waves[nth] as readonly [number, number];
      return Math.sin(often * along + phase);
    };
    const colour = [0, 1, 2].map((channel) => {
      const value =
        0.4 +
        0.12 * (wave(channel, x / WIDTH) + wave(3 + channel, y / HEIGHT)) +
        0.05 * wave(6 + channel, (x + y) / HEIGHT);
      return isBlue ? (([0.1, 0.2, 0.85] as const)[channel] as number) + 0.2 * (value - 0.4) : value;
    }) as unknown as Rgb;
    const edited = map(colour);
    brushed[pixel] = brush(x, y);
    for (let channel = 0; channel < 3; channel++) {
      const at = channel * PIXELS + pixel;
      before[at] = colour[channel] as number;
      const value =
        (edited[channel] as number) + 0.15 * (brushed[pixel] as number) * (channel === 2 ? -1 : 1);
      after[at] = value + NOISE * stream.normal();
    }
  }
  return { width: WIDTH, height: HEIGHT, before, after, inside: new Float32Array(PIXELS).fill(1), brushed };
}

describe("findLocalEdits", () => {
  it.each([1, 2, 3, 4])("finds nothing in a healthy pair, whatever the edit: draw %i", (draw) => {
    const { mask, unexplained } = findLocalEdits(pairOf(draw, () => 0));
    expect(mask.every((one) => one === 0)).toBe(true);
    expect(unexplained).toBeLessThan(0.05);
  });

  it.each([1, 2, 3, 4])(
    "finds a brush to where it fades out, over colours that are nowhere else: draw %i",
    (draw) => {
      const pair = pairOf(draw, (x, y) => soft(x, y, 0.14));
      const { mask } = findLocalEdits(pair);
      const seen = [...pair.brushed.keys()].filter(
        (pixel) => 0.15 * 255 * (pair.brushed[pixel] as number) > 6,
      );
      const left = seen.filter((pixel) => mask[pixel] === 0);
      expect(left.length / seen.length).toBeLessThan(0.03);
      const over = [...mask.keys()].filter((pixel) => mask[pixel] === 1 && pair.brushed[pixel] === 0);
      expect(over.length / PIXELS).toBeLessThan(0.06);
    },
  );
});
