/** What looks of photos say of colours that they did not see, against what they make of them. */
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import {
  type ColourSamples,
  errorByDistance,
  type FitOptions,
  type FittedLook,
  fitLook,
  measureLook,
} from "../../src/fit/index.js";
import { type DistanceError, type Look, SeenColours } from "../../src/look/index.js";

type Colour = readonly [number, number, number];
type Edit = (colour: Colour) => Colour;

const curve = (value: number): number => value * value * (3 - 2 * value);

/** A contrast curve, and crossed channels. */
const FILM: Edit = ([red, green, blue]) => [
  curve(0.9 * red + 0.1 * green),
  curve(green),
  curve(0.85 * blue + 0.15 * red),
];
const IDENTITY: Edit = (colour) => colour;

/** Colours along the greys, as far from them as most photos go, and what an edit makes of them. */
function photo(edit: Edit, { seed = 1, count = 500, spread = 0.08 } = {}): ColourSamples {
  const stream = new RandomStream({ seed, purpose: "photo" });
  return samplesOf(count, edit, () => {
    const grey = stream.uniform();
    const near = (): number => Math.min(1, Math.max(0, grey + spread * stream.normal()));
    return [near(), near(), near()];
  });
}

function samplesOf(count: number, edit: Edit, next: (nth: number) => Colour): ColourSamples {
  const [input, target] = [new Float32Array(3 * count), new Float32Array(3 * count)];
  for (let nth = 0; nth < count; nth++) {
    const colour = next(nth);
    const after = edit(colour);
    for (let channel = 0; channel < 3; channel++) {
      input[channel * count + nth] = colour[channel] as number;
      target[channel * count + nth] = after[channel] as number;
    }
  }
  return { input, target };
}

const SIDE = 16;
function cube(edit: Edit): ColourSamples {
  const at = (index: number): number => ((index % SIDE) + 0.5) / SIDE;
  return samplesOf(SIDE ** 3, edit, (nth) => [
    at(nth),
    at(Math.floor(nth / SIDE)),
    at(Math.floor(nth / SIDE ** 2)),
  ]);
}

/** The mean deltaE 2000 of all colours of the cube within these distances. */
function found(look: Look, edit: Edit, { from, to }: DistanceError): number {
  const all = cube(edit);
  const distances = new SeenColours(look.schema.coverage as { cells: string }).distancesOf(all.input);
  const indices = [...distances.keys()].filter((nth) => {
    const distance = distances[nth] as number;
    return distance >= from && distance <= (to ?? distance);
  });
  const take = (planes: Float32Array): Float32Array =>
    Float32Array.from({ length: 3 * indices.length }, (_, at) => {
      const nth = indices[at % indices.length] as number;
      return planes[Math.floor(at / indices.length) * SIDE ** 3 + nth] as number;
    });
  const samples = { input: take(all.input), target: take(all.target) };
  return measureLook(look, [{ samples }], "cube").deltaE2000.mean;
}

/** On a busy machine. */
const LONG = { timeout: 300_000 };

const draft = (samples: ColourSamples, options: Partial<FitOptions> = {}): Promise<FittedLook> =>
  fitLook([{ samples, balance: true }], { source: "test", quality: "draft", size: 150, ...options });

describe("errorByDistance", () => {
  it(
    "foretells what the cube of all colours shows: at least a third of it, and of a smooth edit no more than five times",
    LONG,
    async () => {
      const samples = photo(FILM);
      const { look } = await draft(samples);
      const told = errorByDistance(look, [{ samples, balance: true }]);
      expect(told.slice(0, 4).map(({ from, to }) => [from, to])).toEqual([
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
      for (const one of told) {
        const truth = found(look, FILM, one);
        const entry = `the entry from ${one.from} of ${JSON.stringify(told)}`;
        expect(one.mean, entry).toBeGreaterThan(truth / 3);
        expect(one.mean, entry).toBeLessThan(5 * truth);
        expect(one.p95).toBeGreaterThan(one.mean);
        expect(one.colours).toBeGreaterThanOrEqual(30);
      }
      const means = told.map(({ mean }) => mean);
      expect(means.at(-1)).toBeGreaterThan(3 * (means[0] as number));
    },
  );

  it("tells no growth where the edit goes on as it began", LONG, async () => {
    const samples = photo(IDENTITY);
    const { look } = await draft(samples);
    const told = errorByDistance(look, [{ samples, balance: true }]);
    expect(told.length).toBeGreaterThan(3);
    for (const { mean } of told) expect(mean).toBeLessThan(0.1);
  });

  it("is the same for the same colours, and leaves them as they are", LONG, async () => {
    const samples = photo(FILM, { count: 200 });
    const { look } = await draft(samples);
    const before = { input: samples.input.slice(), target: samples.target.slice() };
    const told = errorByDistance(look, [{ samples, balance: true }]);
    expect(errorByDistance(look, [{ samples, balance: true }])).toEqual(told);
    expect(samples).toEqual(before);
  });

  it("says nothing of few colours, of LUTs, of looks with knobs and of unrefined ones", LONG, async () => {
    const few = photo(IDENTITY, { count: 20 });
    const { look } = await draft(few, { size: 14 });
    expect(errorByDistance(look, [{ samples: few, balance: true }])).toEqual([]);
    const samples = photo(IDENTITY, { count: 200 });
    expect(errorByDistance(look, [{ samples }])).toEqual([]);
    const unrefined = await fitLook([{ samples, balance: true }], { source: "test", steps: 5, channels: 4 });
    expect(errorByDistance(unrefined.look, [{ samples, balance: true }])).toEqual([]);
    const knobs = [{ name: "warmth", minimum: 0, maximum: 1, default: 0 }];
    const example = { samples, balance: true, settings: { warmth: 0 } };
    const turned = await fitLook([example], { source: "test", knobs, steps: 5, channels: 4 });
    const refined = { ...turned.look.schema.training, refinements: 9 } as never;
    const schema = { ...turned.look.schema, training: refined };
    expect(errorByDistance({ ...turned.look, schema }, [example])).toEqual([]);
  });
});
