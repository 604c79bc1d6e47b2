import { describe, expect, it } from "vitest";
import { coverageOf } from "../../../synthconv/src/look/index.js";
import { compareColours, type LookSchema, serializeLook } from "../../../synthconv/src/look.js";
import type { Examination, ExamineAsk, Picture } from "../../src/protocol/index.js";
import { examination as examined } from "../../src/worker/views/examine.js";
import { heatColour } from "../../src/worker/views/heat.js";

/** Adds this to every channel: one layer without hidden ones. */
function look(amount: number, coverage?: LookSchema["coverage"]) {
  const schema: LookSchema = {
    condition: [],
    network: { channels: [3, 3], activation: "relu", residual: true },
    generator: { kind: "free" },
    colourSpace: "srgb",
    ...(coverage !== undefined && { coverage }),
  };
  const table = new Float32Array(12);
  table.fill(amount, 9);
  const bytes = serializeLook({ schema, parameters: new Map([["generator.table", table]]) });
  return { bytes, values: {}, strength: 1 };
}

const examination = (ask: ExamineAsk): Promise<Examination> => examined(ask, async () => {});

const picture = (...greys: number[]): Picture => ({
  width: greys.length,
  height: 1,
  pixels: Uint8ClampedArray.from(greys.flatMap((grey) => [grey, grey, grey, 255])),
});
const floats = (...greys: number[]): Float32Array =>
  Float32Array.from(greys.flatMap((grey) => [grey, grey, grey].map((value) => value / 255)));

describe("what a look does to a picture", () => {
  it("is measured to the edit where there is one, and to the photo before where there is none", async () => {
    const before = picture(0, 50, 100, 200);
    const same = await examination({ before, edit: picture(51, 101, 151, 251), look: look(0.2) });
    expect(same.deltaE.max).toBeLessThan(1e-3);
    const { deltaE } = await examination({ before, edit: undefined, look: look(0.2) });
    const wanted = compareColours(floats(0, 50, 100, 200), floats(51, 101, 151, 251)).deltaE2000;
    expect(deltaE.mean).toBeCloseTo(wanted.mean, 3);
  });

  it("marks what is clipped, and what rounds to the end of the range is not", async () => {
    const { clipped, marks } = await examination({
      before: picture(0, 100, 204, 210),
      edit: undefined,
      look: look(0.2),
    });
    expect(clipped).toBe(1 / 4);
    expect([3, 7, 11, 15].map((at) => marks.pixels[at])).toEqual([0, 0, 0, 255]);
  });

  it("marks colours that the look never saw, two cells away and more", async () => {
    const coverage = coverageOf([Float32Array.of(0.5, 0.5, 0.5)]);
    const { unseen, marks } = await examination({
      before: picture(0, 128, 255, 140),
      edit: undefined,
      look: look(0, coverage),
    });
    expect(unseen).toBe(1 / 2);
    expect([3, 7, 11, 15].map((at) => marks.pixels[at])).toEqual([255, 0, 255, 0]);
    expect(
      (await examination({ before: picture(0), edit: undefined, look: look(0) })).unseen,
    ).toBeUndefined();
  });

  it("counts every pixel in its histogram and its waveform", async () => {
    const { histogram, waveform } = await examination({
      before: picture(0, 64, 128, 255),
      edit: undefined,
      look: look(0),
    });
    const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
    expect(histogram.map(sum)).toEqual([4, 4, 4]);
    expect(waveform.map(sum)).toEqual([1, 1, 1, 1]);
    expect(waveform[0]?.[0]).toBe(1);
    expect(waveform[3]?.at(-1)).toBe(1);
  });

  it("is drawn brighter, the larger the difference", () => {
    const brightness = Array.from({ length: 50 }, (_, at) => {
      const [red, green, blue] = heatColour(at / 49);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    expect(brightness).toEqual([...brightness].sort((one, other) => one - other));
  });
});
