/** Lookup tables: every kind of pixel, both interpolations, interleaved and planar, any lattice, domain and curves. */
import type { Case, Exact, Form } from "../case.js";
import {
  applyLut,
  identityCube,
  type Lut,
  type Lut1D,
  type Lut3D,
  type LutPixels,
  LutSampler,
  UNIT_DOMAIN,
} from "../library.js";
import { Random } from "../random.js";
import { spoil, spoilers } from "../values.js";
import { DOMAINS, drawLut, KINDS, type LutCase, lutAims, RANGES, simplest } from "./lut-space.js";

export const lutForm: Form<LutCase> = {
  name: "lut",
  share: 30,
  simplest,
  draw: drawLut,
  aims: lutAims,
  isValid: ({ size, curves }) => (size >= 2 || (size === 0 && curves > 0)) && curves !== 1,
  prepare,
};

function prepare(one: LutCase): Case {
  const { kind, channels, count, layout, interpolation } = one;
  const lut = lutOf(one);
  const pixels = pixelsOf(one);
  return {
    isEngineBound: one.spoiler !== "none",
    isHeavy: one.size > 65,
    run: (place) => {
      const given = place(pixels.slice() as LutPixels);
      const output = one.isInPlace ? given : place(KINDS[kind].create(channels * count));
      applyLut<LutPixels>(lut, given, { channels, layout, interpolation, output });
      return { pixels: output };
    },
    exact: () => exactPixels(one, new LutSampler(lut, interpolation), pixels),
  };
}

/** Colours that have nothing in common with their neighbours, so that a wrong corner cannot hide. */
function lutOf({ size, table, domain, curves, seed }: LutCase): Lut {
  const random = new Random(seed, "lut");
  const shaper: Lut1D = {
    kind: "lut1d",
    ...UNIT_DOMAIN,
    size: curves,
    table: filled(3 * curves, () => random.uniform()),
  };
  const stages = curves === 0 ? [] : [shaper];
  return { stages: size === 0 ? stages : [...stages, cubeOf(random, size, table, domain)] };
}

let large: Float32Array | undefined;

function cubeOf(random: Random, size: number, table: LutCase["table"], domain: LutCase["domain"]): Lut3D {
  if (table === "identity") return identityCube(size);
  const facts = { kind: "lut3d", ...DOMAINS[domain], size } as const;
  // Millions of random numbers would take longer than all of the rest.
  if (size > 65) {
    large ??= filled(3 * size ** 3, (index) => ((index * 7919) % 1009) / 1008);
    return { ...facts, size, table: large };
  }
  const [low, high] = RANGES[table];
  const colours = filled(3 * size ** 3, () => low + (high - low) * random.uniform());
  if (table === "with -0") colours[random.integer(0, colours.length - 1)] = -0;
  return { ...facts, table: colours };
}

function filled(length: number, of: (index: number) => number): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = of(i);
  return values;
}

/** Over the whole range, floats a little beyond 0 to 1, every few at a node or a bound. */
function pixelsOf({ kind, channels, count, spoiler, seed }: LutCase): LutPixels {
  const { scale, create } = KINDS[kind];
  const random = new Random(seed, "pixels");
  const pixels = create(channels * count);
  for (let i = 0; i < pixels.length; i++) {
    if (scale > 1) pixels[i] = random.integer(0, scale);
    else pixels[i] = random.chance(0.1) ? random.integer(0, 4) / 4 : 1.4 * random.uniform() - 0.2;
  }
  if (pixels instanceof Float32Array) return spoil(pixels, spoiler, seed);
  if (pixels instanceof Float64Array && spoiler !== "none" && count > 0) pixels[0] = spoilers[spoiler];
  return pixels;
}

/** In the numbers of the pixels, not rounded; alpha as it is. */
function exactPixels(
  { kind, channels, layout, count }: LutCase,
  sampler: LutSampler,
  pixels: LutPixels,
): Exact {
  const { scale } = KINDS[kind];
  const exact = Float64Array.from(pixels);
  const [pixelStep, channelStep] = layout === "planar" ? [1, count] : [channels, 1];
  const colours = new Float64Array(3 * count);
  const at = (entry: number) => Math.floor(entry / 3) * pixelStep + (entry % 3) * channelStep;
  for (let i = 0; i < colours.length; i++) colours[i] = (exact[at(i)] as number) / scale;
  sampler.apply(colours, colours);
  for (let i = 0; i < colours.length; i++) exact[at(i)] = (colours[i] as number) * scale;
  return { pixels: exact };
}
