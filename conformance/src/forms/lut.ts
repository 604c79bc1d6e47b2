/** Lookup tables: every kind of pixel, both interpolations, interleaved and planar. */
import {
  type Interpolation,
  identityCube,
  type Lut,
  type Lut1D,
  type Lut3D,
  LutSampler,
  type PixelLayout,
  UNIT_DOMAIN,
} from "../../../packages/synthconv/dist/colour/index.js";
import { applyLut, type LutPixels } from "../../../packages/synthconv/dist/kernels/index.js";
import type { Case, Form } from "../case.js";
import { uniform } from "../numbers.js";

/** Random pixels over the whole range, floats a little beyond 0 to 1; `scale` is what stands for 1. */
const KINDS = {
  "8 bits": { scale: 255, random: (length: number) => Uint8Array.from(uniform(length, "8", 0, 256)) },
  "8 bits of a canvas": {
    scale: 255,
    random: (length: number) => Uint8ClampedArray.from(uniform(length, "canvas", 0, 255)),
  },
  "16 bits": {
    scale: 65_535,
    random: (length: number) => Uint16Array.from(uniform(length, "16", 0, 65_536)),
  },
  "32-bit floats": { scale: 1, random: (length: number) => uniform(length, "32", -0.2, 1.2) },
  "64-bit floats": {
    scale: 1,
    random: (length: number) => Float64Array.from(uniform(length, "64", -0.2, 1.2)),
  },
} satisfies Record<string, { scale: number; random: (length: number) => LutPixels }>;
type Kind = keyof typeof KINDS;

const INTERPOLATIONS: readonly Interpolation[] = ["tetrahedral", "trilinear"];

// Around the groups of 4 and the chunk (8192) of the kernel.
const COUNTS = [0, 1, 3, 4, 5, 8191, 8193];

/** A lattice of random colours: neighbours have nothing in common, so that a wrong corner cannot hide. */
function randomCube(size: number, part: Partial<Lut3D> = {}): Lut3D {
  return { ...identityCube(size), table: uniform(3 * size ** 3, `cube ${size}`, 0, 1), ...part };
}

/** As `randomCube`, for lattices whose random numbers would take seconds. */
function largeCube(size: number): Lut3D {
  const table = new Float32Array(3 * size ** 3);
  for (let index = 0; index < table.length; index++) table[index] = ((index * 7919) % 1009) / 1008;
  return { ...UNIT_DOMAIN, size, table };
}

const seven = { cube: randomCube(7) };
const curves: Lut1D = { ...UNIT_DOMAIN, size: 5, table: uniform(15, "curves", 0, 1) };
const wide = { domainMin: [-0.5, 0.25, 0], domainMax: [2, 0.75, 1.5] } as const;

const luts = (
  [
    ...[2, 3, 17, 33, 65].map((size) => [`${size} nodes`, () => ({ cube: randomCube(size) })] as const),
    ["a domain of its own", () => ({ cube: randomCube(6, wide) })],
    ["colours beyond 0 to 1", () => ({ cube: randomCube(6, { table: uniform(648, "beyond", -1, 2) }) })],
    ["colours far beyond", () => ({ cube: randomCube(3, { table: uniform(81, "far", -1e5, 1e5) }) })],
    [
      "a -0 among its colours",
      () => ({ cube: randomCube(2, { table: uniform(24, "zero", 0, 1).fill(-0, 3, 6) }) }),
    ],
    ["curves before it", () => ({ shaper: curves, cube: randomCube(9) })],
    ["curves alone", () => ({ shaper: curves })],
    ["the identity", () => ({ cube: identityCube(5) })],
  ] satisfies (readonly [name: string, make: () => Lut])[]
).map(([title, make]) => ({ title, lut: once<Lut>(make) }));

// The largest lattice of kernel memory, and one beyond it.
const LARGE = [129, 130].map((size) => ({
  title: `${size} nodes`,
  lut: once<Lut>(() => ({ cube: largeCube(size) })),
}));

interface Settings {
  readonly lut: () => Lut;
  readonly title: string;
  readonly kind: Kind;
  readonly channels: 3 | 4;
  readonly layout: PixelLayout;
  readonly interpolation: Interpolation;
  readonly count: number;
  /** Takes the place of one number of a pixel, which no other pixel must notice. */
  readonly spoiltBy?: number;
}

function caseOf({ lut, title, kind, channels, layout, interpolation, count, spoiltBy }: Settings): Case {
  const pixels = KINDS[kind].random(channels * count);
  if (spoiltBy !== undefined) pixels[Math.floor(count / 2) * (layout === "planar" ? 1 : channels)] = spoiltBy;
  const spoilt = spoiltBy === undefined ? "" : `, one of them ${spoiltBy}`;
  return {
    name: `${title}, ${channels} x ${layout}, ${count} pixels${spoilt}`,
    isEngineBound: spoiltBy !== undefined,
    run: (place) => {
      const output = place(pixels.slice() as LutPixels);
      applyLut<LutPixels>(lut(), place(pixels), { channels, layout, interpolation, output });
      return { pixels: output };
    },
    exact: () => {
      const sampler = new LutSampler(lut(), interpolation);
      return { pixels: exactPixels(sampler, pixels, KINDS[kind].scale, channels, layout, count) };
    },
  };
}

/** In the numbers of the pixels, not rounded; alpha as it is. */
function exactPixels(
  sampler: LutSampler,
  pixels: LutPixels,
  scale: number,
  channels: 3 | 4,
  layout: PixelLayout,
  count: number,
): Float64Array {
  const exact = Float64Array.from(pixels);
  const [pixelStep, channelStep] = layout === "planar" ? [1, count] : [channels, 1];
  const colours = new Float64Array(3 * count);
  const at = (entry: number) => Math.floor(entry / 3) * pixelStep + (entry % 3) * channelStep;
  for (let i = 0; i < colours.length; i++) colours[i] = (exact[at(i)] as number) / scale;
  sampler.apply(colours, colours);
  for (let i = 0; i < colours.length; i++) exact[at(i)] = (colours[i] as number) * scale;
  return exact;
}

function formOf(interpolation: Interpolation, kind: Kind): Form {
  const settings = { interpolation, kind } as const;
  const ways = [
    { channels: 3, layout: "interleaved" },
    { channels: 4, layout: "interleaved" },
    { channels: 3, layout: "planar" },
    { channels: 4, layout: "planar" },
  ] as const;
  const cases = ways.flatMap((way) => [
    ...luts.map((lut) => caseOf({ ...settings, ...way, ...lut, count: 517 })),
    ...COUNTS.map((count) => caseOf({ ...settings, ...way, title: "7 nodes", lut: () => seven, count })),
  ]);
  const large = interpolation === "tetrahedral" && kind !== "8 bits of a canvas" ? LARGE : [];
  return {
    name: `lut, ${interpolation}, ${kind}`,
    cases: [
      ...cases,
      ...large.map((lut) => caseOf({ ...settings, ...ways[0], ...lut, count: 70 })),
      ...(KINDS[kind].scale === 1 ? ways.flatMap((way) => spoiltCases({ ...settings, ...way })) : []),
    ],
  };
}

function spoiltCases(settings: Omit<Settings, "lut" | "title" | "count" | "spoiltBy">): Case[] {
  return [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((spoiltBy) =>
    caseOf({ ...settings, title: "7 nodes", lut: () => seven, count: 21, spoiltBy }),
  );
}

export const lutForms: readonly Form[] = INTERPOLATIONS.flatMap((interpolation) => {
  return (Object.keys(KINDS) as Kind[]).map((kind) => formOf(interpolation, kind));
});

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
