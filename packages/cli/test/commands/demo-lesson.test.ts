import type { HistoryRecord } from "synthconv";
import { describe, expect, it } from "vitest";
import { examine, type Halves, halvesOf, teach } from "../../src/commands/demo/lesson.js";
import { newPhoto } from "../../src/image/new-photo.js";
import { gradient } from "./support.js";

const photo = newPhoto(30, 20, gradient(30, 20));

describe("the lesson of the demo", () => {
  it("parts a photo into its left and its right half", () => {
    const { left, right } = halvesOf(
      newPhoto(
        3,
        2,
        Uint8Array.from({ length: 18 }, (_, i) => i),
      ),
    );
    const codes = (half: Float32Array): number[] => [...half].map((value) => Math.round(255 * value));
    expect(codes(left)).toEqual([0, 9, 1, 10, 2, 11]);
    expect(codes(right)).toEqual([3, 6, 12, 15, 4, 7, 13, 16, 5, 8, 14, 17]);
  });

  it("never looks at the right half when it trains", async () => {
    const { left, right } = halvesOf(photo);
    const inTheDark: Halves = { left, right: right.map(() => Number.NaN) };
    const seen = await teach({ left, right }, { steps: 5, seed: 0 });
    const unseen = await teach(inTheDark, { steps: 5, seed: 0 });
    expect(unseen.fitted.look).toEqual(seen.fitted.look);
  });

  it("reports the gradients of the training itself, at its second and its last step", async () => {
    const history: HistoryRecord[] = [];
    const { gradients } = await teach(halvesOf(photo), {
      steps: 12,
      seed: 3,
      history: (record) => history.push(record),
    });
    expect(gradients.map(({ parameter }) => parameter)).toEqual([
      "generator.hidden.0.weight",
      "generator.hidden.0.bias",
      "generator.hidden.1.weight",
      "generator.hidden.1.bias",
      "generator.head.weight",
      "generator.head.bias",
    ]);
    for (const { second, last, moved } of gradients) {
      expect(Math.min(second, last, moved)).toBeGreaterThan(0);
    }
    const together = (norms: number[], step: number): number =>
      Math.hypot(...norms) / (history[step]?.gradientNorm ?? Number.NaN);
    expect(
      together(
        gradients.map(({ second }) => second),
        1,
      ),
    ).toBeCloseTo(1, 12);
    expect(
      together(
        gradients.map(({ last }) => last),
        11,
      ),
    ).toBeCloseTo(1, 12);
  });

  it("is measured at every setting, and comes closer to the hand-written looks the longer it trains", async () => {
    const halves = halvesOf(photo);
    const short = examine((await teach(halves, { steps: 2, seed: 0 })).fitted, halves);
    const long = examine((await teach(halves, { steps: 600, seed: 0 })).fitted, halves);
    const settingsOf = (wasTaught: boolean): number[] =>
      long.heldOut.filter(({ taught }) => taught === wasTaught).map(({ mix }) => mix);
    expect(settingsOf(true)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(settingsOf(false)).toEqual([0.1, 0.3, 0.5, 0.7, 0.9]);
    expect(long.error.colours).toBe(11 * 15 * 20);
    expect(long.error.deltaE2000.mean).toBeLessThan(short.error.deltaE2000.mean / 2);
  });
});
