import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import {
  type ColourSamples,
  concatSamples,
  type FitExample,
  type FitOptions,
  fitLook,
  measureLook,
} from "../../src/fit/index.js";
import { parseLook, serializeLook } from "../../src/look/index.js";

/** Random colours and what `map` makes of them. */
function samplesOf(
  map: (r: number, g: number, b: number) => readonly number[],
  seed = 1,
  count = 2000,
): ColourSamples {
  const stream = new RandomStream({ seed, purpose: "test-colours" });
  const input = Float32Array.from({ length: 3 * count }, () => stream.uniform());
  const target = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const at = (channel: number): number => input[channel * count + i] as number;
    map(at(0), at(1), at(2)).forEach((value, channel) => {
      target[channel * count + i] = value;
    });
  }
  return { input, target };
}

const fade = (r: number, g: number, b: number): number[] => [
  0.1 + 0.8 * r ** 1.2,
  0.05 + 0.85 * g,
  0.15 + 0.7 * b,
];
const QUICK = { channels: 12, steps: 250, batch: 500, source: "test" } satisfies FitOptions;

describe("fitLook", () => {
  it("learns a curve that it was not told, and measures itself on colours that it never saw", async () => {
    const { look, result } = await fitLook([{ samples: samplesOf(fade) }], QUICK);
    const unseen = samplesOf(fade, 2);
    expect(result.reason).toBe("finished");
    expect(look.schema.training).toMatchObject({ source: "test", steps: 250, batch: 500, samples: 2000 });
    expect(look.schema.condition).toEqual([]);
    const error = measureLook(look, [{ samples: unseen }], "unseen");
    expect(error.colours).toBe(2000);
    expect(error.psnr).toBeGreaterThan(38);
  });

  it("measures itself on a test in the same call, and records the error and the training in the look", async () => {
    const test = { on: "lattice", examples: [{ samples: samplesOf(fade, 2) }] };
    const { look, error } = await fitLook([{ samples: samplesOf(fade) }], { ...QUICK, steps: 30, test });
    expect(error).toEqual(measureLook(look, test.examples, "lattice"));
    expect(look.schema.error).toEqual(error);
    expect(parseLook(serializeLook(look), "x").schema.error).toEqual(error);
    const untested = await fitLook([{ samples: samplesOf(fade) }], { ...QUICK, steps: 30 });
    expect(untested.error).toBeUndefined();
    expect(untested.look.schema).toEqual({ ...look.schema, error: undefined });
  });

  it("measures nothing where the training was aborted", async () => {
    const test = { on: "lattice", examples: [{ samples: samplesOf(fade, 2) }] };
    const signal = AbortSignal.abort();
    const { error, result } = await fitLook([{ samples: samplesOf(fade) }], { ...QUICK, test, signal });
    expect(result).toMatchObject({ reason: "aborted", step: 0 });
    expect(error).toBeUndefined();
  });

  it("shows the look as it stands after every step, and goes on to the same bits", async () => {
    const examples = [{ samples: samplesOf(fade) }];
    const test = [{ samples: samplesOf(fade, 2) }];
    const errors: number[] = [];
    const { look } = await fitLook(examples, {
      ...QUICK,
      onProgress: ({ step }, model) => {
        if (step % 50 === 0) errors.push(measureLook(model.toLook(), test, "x").deltaE2000.mean);
      },
    });
    expect(errors).toHaveLength(5);
    expect(errors.at(-1)).toBeLessThan((errors[0] as number) / 2);
    expect(errors.at(-1)).toBe(measureLook(look, test, "x").deltaE2000.mean);
    expect(serializeLook(look)).toEqual(serializeLook((await fitLook(examples, QUICK)).look));
  });

  it("keeps an identity exactly", async () => {
    const { look } = await fitLook([{ samples: samplesOf((r, g, b) => [r, g, b]) }], { ...QUICK, steps: 20 });
    const error = measureLook(look, [{ samples: samplesOf((r, g, b) => [r, g, b], 3) }], "x");
    expect(error.psnr).toBeNull();
    expect(error.deltaE2000.max).toBe(0);
  });

  it("learns a knob: settings between the trained ones are in between", async () => {
    const at = (share: number): FitExample => ({
      settings: { amount: share },
      samples: samplesOf((r, g, b) =>
        fade(r, g, b).map((v, c) => v * share + ([r, g, b][c] as number) * (1 - share)),
      ),
    });
    const { look, model } = await fitLook([at(0), at(0.5), at(1)], {
      ...QUICK,
      steps: 400,
      knobs: [{ name: "amount", minimum: 0, maximum: 1, default: 1 }],
      generator: { hidden: [8] },
    });
    for (const share of [0, 0.25, 0.75, 1]) {
      const { samples } = at(share);
      const error = measureLook(look, [{ settings: { amount: share }, samples }], "x");
      expect(error.psnr ?? Number.POSITIVE_INFINITY).toBeGreaterThan(30);
    }
    expect([...model.namedParameters().keys()]).toEqual([
      "generator.hidden.0.weight",
      "generator.hidden.0.bias",
      "generator.head.weight",
      "generator.head.bias",
    ]);
    expect(parseLook(serializeLook(look), "x").schema).toEqual(look.schema);
  });

  it("gives the same bits for the same seed and others for another", async () => {
    const bytes = async (seed: number): Promise<Uint8Array> => {
      const { look } = await fitLook([{ samples: samplesOf(fade) }], { ...QUICK, steps: 30, seed });
      return serializeLook({ ...look, schema: { ...look.schema, training: undefined } });
    };
    const first = await bytes(1);
    expect(await bytes(1)).toEqual(first);
    expect(await bytes(2)).not.toEqual(first);
  });

  it("continues from a checkpoint to the same bits, and refuses one of other data", async () => {
    const samples = samplesOf(fade);
    const options: FitOptions = { ...QUICK, steps: 60 };
    const saved = new Map<number, Uint8Array>();
    const save = (bytes: Uint8Array, step: number): void => {
      saved.set(step, bytes);
    };
    const whole = await fitLook([{ samples }], { ...options, checkpoint: { every: 25, save } });
    const resume = saved.get(25) as Uint8Array;
    const resumed = await fitLook([{ samples }], { ...options, resume });
    expect(serializeLook(resumed.look)).toEqual(serializeLook(whole.look));
    await expect(fitLook([{ samples: samplesOf(fade, 9) }], { ...options, resume })).rejects.toThrow(/data/);
  });

  it("sees rare colours of photos more often when asked to balance them, and records the pixels it was given", async () => {
    // A thousand greys for each saturated colour, as in a photo; the look touches saturated colours alone.
    const vivid = samplesOf((r, g, b) => [r * 0.5, g, b], 1, 40);
    const grey = samplesOf((r) => [r, r, r], 2, 40_000);
    for (let i = 0; i < 40_000; i++) {
      for (const planes of [grey.input, grey.target]) {
        planes[40_000 + i] = planes[i] as number;
        planes[80_000 + i] = planes[i] as number;
      }
    }
    const samples = concatSamples([vivid, grey]);
    const errorWith = async (balance: boolean): Promise<number> => {
      const { look } = await fitLook([{ samples }], { ...QUICK, balance });
      expect(look.schema.training?.samples).toBe(40_040);
      return measureLook(look, [{ samples: vivid }], "x").deltaE76.mean;
    };
    expect(await errorWith(true)).toBeLessThan((await errorWith(false)) / 2);
  });

  it.each([
    [{ channels: 300 }, "fitLook channels: expected a whole number from 1 to 256, received 300"],
    [{ hidden: 1.5 }, "fitLook hidden: expected a whole number from 0 to 3, received 1.5"],
    [{ batch: 0 }, "fitLook batch: expected a whole number from 1 to 16777216, received 0"],
  ])("refuses %j", async (options, message) => {
    await expect(fitLook([{ samples: samplesOf(fade) }], { ...QUICK, ...options })).rejects.toThrow(message);
  });

  it("asks for an example", async () => {
    await expect(fitLook([], QUICK)).rejects.toThrow("fitLook: expected at least one example, received none");
  });
});
