/** Where the cases of pixels are drawn from: interleaved ones of every kind, and planes of 16 bits, which films have. */
import type { Aim, Threads } from "../case.js";
import type { PixelData } from "../library.js";
import type { Random } from "../random.js";
import type { FamilyName, Spoiler } from "../values.js";
import { drawSpoiler } from "./draws.js";
import { drawNetwork, isSound, type NetworkFields, simplestNetwork, weightsOf } from "./networks.js";

export const pixelKinds = {
  "8 bits": { top: 255, create: (length: number) => new Uint8Array(length) },
  "8 bits of a canvas": { top: 255, create: (length: number) => new Uint8ClampedArray(length) },
  "16 bits": { top: 65_535, create: (length: number) => new Uint16Array(length) },
  floats: { top: 1, create: (length: number) => new Float32Array(length) },
} satisfies Record<string, { top: number; create: (length: number) => PixelData }>;

export type Interleaved = NetworkFields & {
  readonly form: "interleaved pixels";
  readonly layout: "interleaved" | "planes";
  readonly kind: keyof typeof pixelKinds;
  /** RGB or RGBA. */
  readonly pixelChannels: 3 | 4;
  readonly count: number;
  /** Pixels before and after the range that is worked on. */
  readonly before: number;
  readonly after: number;
  readonly share: number;
  /** Width of the dithered image; 0 for none. */
  readonly dither: number;
  /** Of float pixels. */
  readonly values: FamilyName;
  readonly spoiler: Spoiler;
  readonly threads: Threads;
  readonly seed: number;
};

const MAX_WORK = 1e7;

export const simplest: Interleaved = {
  form: "interleaved pixels",
  ...simplestNetwork,
  channels: [3, 3],
  layout: "interleaved",
  kind: "8 bits",
  pixelChannels: 3,
  count: 1,
  before: 0,
  after: 0,
  share: 1,
  dither: 0,
  values: "whole numbers",
  spoiler: "none",
  threads: "one",
  seed: 0,
};

type Part = Partial<Interleaved>;

function aim(name: string, draw: (random: Random) => Part): Aim<Interleaved> {
  return { name, draw: (random) => ({ ...simplest, ...drawOptions(random), ...draw(random) }) };
}

/** What planes are of: all of three channels of 16 bits. */
const ofPlanes = {
  layout: "planes",
  kind: "16 bits",
  pixelChannels: 3,
  before: 0,
  after: 0,
  dither: 0,
  spoiler: "none",
} as const;

export function drawFreely(random: Random): Interleaved {
  const network = drawNetwork(random, [3, 3]);
  const weights = network.channels.reduce((sum, size) => sum + size * size, 0);
  const count = random.chance(0.03) ? 0 : random.axis(Math.max(8, 2 ** (9 + 6 * random.uniform()) / weights));
  const options = { ...simplest, ...network, ...drawOptions(random), count };
  return random.chance(0.2) ? { ...options, ...ofPlanes } : options;
}

export const aims: readonly Aim<Interleaved>[] = [
  ...(["8 bits", "16 bits", "floats"] as const).map((kind) =>
    aim(`${kind}, on a kernel`, (random) => ({
      channels: [3, random.axis(20), 3],
      activations: [random.pick(["relu", "leakyRelu", "none"]), "none"],
      count: random.integer(1, 200),
      dither: kind === "8 bits" ? random.axis(100) : 0,
      share: random.chance(0.5) ? 1 : 0.3,
      kind,
    })),
  ),
  {
    ...aim("several chunks, dithered", (random) => ({
      channels: [3, random.axis(9), 3],
      activations: [random.pick(["relu", "leakyRelu", "none"]), "none"],
      count: 2048 + random.integer(1, 300),
      dither: random.axis(100),
      kind: "8 bits",
    })),
    times: 8,
  },
  // Around the twelve pixels that the kernel packs, and its chunk of 2,040.
  ...(["on a kernel", "without one"] as const).map((way) =>
    aim(`planes, ${way}`, (random) => ({
      ...(way === "on a kernel"
        ? { channels: [3, random.axis(9), 3], activations: ["relu", "none"] }
        : { channels: [3, 6, 5, 3], activations: ["silu", "none", "none"] }),
      count: random.chance(0.5) ? random.integer(1, 40) : 2040 + random.integer(-13, 100),
      share: random.chance(0.5) ? 1 : 0.3,
      ...ofPlanes,
    })),
  ),
  aim("threads, planes in shared memory", (random) => ({
    ...{ channels: [3, 16, 16, 3], activations: ["relu", "leakyRelu", "none"] },
    ...{ weight: "mostly positive", count: random.integer(14_500, 17_000), threads: "shared memory" },
    // A share of 0 leaves the threads nothing to do.
    share: random.pick([1, 0.5]),
    ...ofPlanes,
  })),
  ...(["shared memory", "other memory"] as const).map((threads) =>
    aim(`threads, ${threads}`, (random) => ({
      ...(random.chance(0.5)
        ? { channels: [3, 64, 3], activations: [random.pick(["relu", "leakyRelu"]), "none"] }
        : { channels: [3, 16, 16, 3], activations: ["relu", "leakyRelu", "none"] }),
      count: random.integer(14_500, 17_000),
      weight: "mostly positive",
      values: "one sign",
      spoiler: "none",
      share: random.pick([1, 0.5]),
      threads,
    })),
  ),
];

export function isValid(one: Interleaved): boolean {
  const total = one.before + one.count + one.after;
  const is8Bits = pixelKinds[one.kind].top === 255;
  const fits = isSound(one) && one.channels[0] === 3 && one.channels.at(-1) === 3;
  const isOfPlanes = one.kind === "16 bits" && one.pixelChannels === 3 && total === one.count;
  if (one.layout === "planes" && !isOfPlanes) return false;
  return fits && weightsOf(one) * total <= MAX_WORK && (one.dither === 0 || is8Bits);
}

function drawOptions(random: Random) {
  const kind = random.pick(Object.keys(pixelKinds) as Interleaved["kind"][]);
  const isDithered = pixelKinds[kind].top === 255 && random.chance(0.4);
  const hasRange = random.chance(0.3);
  return {
    kind,
    pixelChannels: random.pick([3, 4] as const),
    before: hasRange ? random.integer(0, 20) : 0,
    after: hasRange ? random.integer(0, 20) : 0,
    share: random.chance(0.5) ? 1 : random.integer(0, 16) / 16,
    dither: isDithered ? (random.chance(0.1) ? 2 ** 31 - 1 : random.axis(3000)) : 0,
    values: random.pick(["both signs", "mostly positive", "one sign", "many magnitudes", "sparse"] as const),
    weight: random.pick(["both signs", "mostly positive", "one sign", "sparse"] as const),
    spoiler: kind === "floats" ? drawSpoiler(random) : "none",
    seed: random.bits(),
  } as const;
}
