/** The space of lookup tables: what a case says, what is drawn from all of it, and what on purpose. */
import type { Aim } from "../case.js";
import { type Interpolation, type LutPixels, type PixelLayout, UNIT_DOMAIN } from "../library.js";
import type { Random } from "../random.js";
import type { Spoiler } from "../values.js";
import { drawSpoiler } from "./draws.js";

/** `scale` is what stands for 1. */
export const KINDS = {
  "8 bits": { scale: 255, create: (length: number) => new Uint8Array(length) },
  "8 bits of a canvas": { scale: 255, create: (length: number) => new Uint8ClampedArray(length) },
  "16 bits": { scale: 65_535, create: (length: number) => new Uint16Array(length) },
  "32-bit floats": { scale: 1, create: (length: number) => new Float32Array(length) },
  "64-bit floats": { scale: 1, create: (length: number) => new Float64Array(length) },
} satisfies Record<string, { scale: number; create: (length: number) => LutPixels }>;

/** Of the colours in a table. */
export const RANGES = {
  "within 0 to 1": [0, 1],
  beyond: [-1, 2],
  "far beyond": [-1e5, 1e5],
  "with -0": [0, 1],
  identity: [0, 1],
} as const;
export const DOMAINS = {
  unit: UNIT_DOMAIN,
  wide: { domainMin: [-0.5, 0.25, 0], domainMax: [2, 0.75, 1.5] },
  // Its width has no finite inverse.
  narrow: { domainMin: [0, 0, 0], domainMax: [5e-324, 1, 1] },
} as const;

export type LutCase = {
  readonly form: "lut";
  /** Nodes an axis; 0 for curves alone. */
  readonly size: number;
  readonly table: keyof typeof RANGES;
  readonly domain: keyof typeof DOMAINS;
  /** Numbers of each curve before the lattice; 0 for none. */
  readonly curves: number;
  readonly kind: keyof typeof KINDS;
  readonly channels: 3 | 4;
  readonly layout: PixelLayout;
  readonly interpolation: Interpolation;
  readonly count: number;
  readonly isInPlace: boolean;
  readonly spoiler: Spoiler;
  readonly threads: "one";
  readonly seed: number;
};

export const simplest: LutCase = {
  form: "lut",
  size: 2,
  table: "within 0 to 1",
  domain: "unit",
  curves: 0,
  kind: "8 bits",
  channels: 3,
  layout: "interleaved",
  interpolation: "trilinear",
  count: 1,
  isInPlace: false,
  spoiler: "none",
  threads: "one",
  seed: 0,
};

type Part = Partial<LutCase>;

function aim(name: string, draw: (random: Random) => Part): Aim<LutCase> {
  return { name, draw: (random) => ({ ...drawLut(random), ...draw(random) }) };
}

export const lutAims: readonly Aim<LutCase>[] = [
  aim("8 bits", (random) => ({
    ...beyond(random),
    table: "within 0 to 1",
    kind: "8 bits",
    layout: "interleaved",
  })),
  aim("an identity", () => ({
    size: 5,
    curves: 0,
    table: "identity",
    kind: "16 bits",
    layout: "interleaved",
  })),
  aim("planar floats", (random) => ({ ...beyond(random), kind: "32-bit floats", layout: "planar" })),
  aim("8 bits, exact", (random) => ({ ...beyond(random), kind: "8 bits", layout: "interleaved" })),
  aim("16 bits, exact", (random) => ({ ...beyond(random), kind: "16 bits", layout: "interleaved" })),
  aim("floats", (random) => ({ ...beyond(random), kind: "32-bit floats" })),
  aim("several chunks", (random) => ({
    ...beyond(random),
    ...{ kind: random.pick(["8 bits", "16 bits", "32-bit floats"]), layout: "interleaved" },
    count: 8192 + random.integer(1, 60),
  })),
  {
    ...aim("several chunks of planes", (random) => ({
      ...beyond(random),
      ...{ kind: "32-bit floats", layout: "planar", channels: 4 },
      count: 8192 + random.integer(1, 60),
    })),
    times: 8,
  },
  {
    ...aim("a pixel that is not finite", (random) => ({
      ...beyond(random),
      kind: "32-bit floats",
      count: random.integer(1, 20),
      spoiler: random.pick(["NaN", "Infinity", "-Infinity"]),
    })),
    times: 12,
  },
  aim("planar whole numbers", () => ({ kind: "16 bits", layout: "planar" })),
  aim("curves alone", (random) => ({ size: 0, curves: random.integer(2, 9), kind: "32-bit floats" })),
  aim("curves before floats", (random) => ({ ...beyond(random), curves: 4, kind: "32-bit floats" })),
  aim("curves before colours beyond 0 to 1", (random) => ({
    ...beyond(random),
    curves: random.integer(2, 9),
    kind: "8 bits",
    layout: "interleaved",
  })),
  aim("a domain without an inverse", () => ({
    ...{ size: 5, curves: 0, domain: "narrow", table: "beyond" },
    kind: "32-bit floats",
  })),
  // 26 MB, which each call looks through.
  aim("a lattice beyond the kernel's", () => ({
    ...{ size: 130, table: "beyond", curves: 0, kind: "16 bits", layout: "interleaved" },
    count: 40,
  })),
];

/** A lattice of finite colours, some beyond 0 to 1. */
function beyond(random: Random): Part {
  const table = random.pick(["beyond", "far beyond"] as const);
  return { size: random.integer(2, 9), table, curves: 0, domain: random.pick(["unit", "wide"] as const) };
}

export function drawLut(random: Random): LutCase {
  const hasCurves = random.chance(0.2);
  const kind = random.pick(Object.keys(KINDS) as LutCase["kind"][]);
  return {
    ...simplest,
    size: hasCurves && random.chance(0.2) ? 0 : random.chance(0.03) ? 33 : random.integer(2, 12),
    table: random.pick(Object.keys(RANGES) as LutCase["table"][]),
    domain: random.chance(0.6) ? "unit" : random.pick(["wide", "narrow"] as const),
    curves: hasCurves ? random.integer(2, 9) : 0,
    kind,
    channels: random.pick([3, 4]),
    layout: random.pick(["interleaved", "planar"]),
    interpolation: random.pick(["tetrahedral", "trilinear"]),
    count: random.chance(0.03) ? 0 : random.axis(600),
    isInPlace: random.chance(0.3),
    spoiler: KINDS[kind].scale === 1 ? drawSpoiler(random) : "none",
    seed: random.bits(),
  };
}
