import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import {
  type ColourSamples,
  crossValidate,
  type FitOptions,
  fitLook,
  measureLook,
} from "../../src/fit/index.js";

/** Colours of which red lies between two bounds, and a curve of them. */
function coloursOf(low: number, high: number, seed: number): ColourSamples {
  const stream = new RandomStream({ seed, purpose: "test-colours" });
  const input = Float32Array.from({ length: 3 * 500 }, (_, at) =>
    at < 500 ? low + (high - low) * stream.uniform() : stream.uniform(),
  );
  return { input, target: input.map((value) => value ** 2) };
}

const QUICK = { channels: 8, steps: 150, batch: 256, source: "test" } satisfies FitOptions;

describe("crossValidate", () => {
  it("averages what looks without a group make of it", async () => {
    const groups = [coloursOf(0, 0.5, 1), coloursOf(0.5, 1, 2)];
    const [one, other] = groups as [ColourSamples, ColourSamples];
    const record = await crossValidate(groups, QUICK, "held-out regions");
    const psnrOf = async (seen: ColourSamples, unseen: ColourSamples): Promise<number> =>
      measureLook((await fitLook([{ samples: seen }], QUICK)).look, [{ samples: unseen }], "x")
        .psnr as number;
    const expected = ((await psnrOf(other, one)) + (await psnrOf(one, other))) / 2;
    expect(record).toMatchObject({ on: "held-out regions", colours: 1000 });
    expect(record?.psnr).toBeCloseTo(expected, 9);
  });

  it("gives nothing where it is aborted, and asks for two groups", async () => {
    const groups = [coloursOf(0, 1, 1), coloursOf(0, 1, 2)];
    expect(await crossValidate(groups, { ...QUICK, signal: AbortSignal.abort() }, "x")).toBeUndefined();
    await expect(crossValidate(groups.slice(1), QUICK, "x")).rejects.toThrow(
      "crossValidate groups: expected two or more, received 1",
    );
  });
});
