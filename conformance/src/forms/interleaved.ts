/**
 * Pixel networks straight on interleaved pixels: 8 and 16 bits and floats, RGB and RGBA, blended, dithered; and on planes
 * of 16 bits, which films have.
 */
import type { Aim, Case, Exact, Form, Place, Threads } from "../case.js";
import {
  applyPixelNetwork,
  applyPixelNetworkToPlanes,
  DITHER_SIDE,
  ditherMatrix,
  type PixelData,
  type PixelNetwork,
} from "../library.js";
import { Random } from "../random.js";
import { absolute, type FamilyName, inFloat64, mayCancel, type Spoiler, spoil, valuesOf } from "../values.js";
import { drawSpoiler } from "./draws.js";
import { outputByDefinition } from "./network-definition.js";
import {
  callsMath,
  drawNetwork,
  inFloat64Network,
  isSound,
  type NetworkFields,
  networkOf,
  simplestNetwork,
  termsNetwork,
  weightsOf,
} from "./networks.js";

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

const simplest: Interleaved = {
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

export const interleavedForm: Form<Interleaved> = {
  name: "interleaved pixels",
  share: 30,
  simplest,
  draw: (random) => {
    const network = drawNetwork(random, [3, 3]);
    const weights = network.channels.reduce((sum, size) => sum + size * size, 0);
    const count = random.chance(0.03)
      ? 0
      : random.axis(Math.max(8, 2 ** (9 + 6 * random.uniform()) / weights));
    const options = { ...simplest, ...network, ...drawOptions(random), count };
    return random.chance(0.2) ? { ...options, ...ofPlanes } : options;
  },
  aims: [
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
  ],
  isValid: (one) => {
    const total = one.before + one.count + one.after;
    const is8Bits = pixelKinds[one.kind].top === 255;
    const fits = isSound(one) && one.channels[0] === 3 && one.channels.at(-1) === 3;
    const isOfPlanes = one.kind === "16 bits" && one.pixelChannels === 3 && total === one.count;
    if (one.layout === "planes" && !isOfPlanes) return false;
    return fits && weightsOf(one) * total <= MAX_WORK && (one.dither === 0 || is8Bits);
  },
  prepare,
};

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

function prepare(one: Interleaved): Case {
  const { before, count, pixelChannels: channels, share, dither } = one;
  const network = tamed(networkOf(one, one.seed));
  const pixels = pixelsOf(one);
  const range = { first: before, end: before + count };
  // Whole numbers are between 0 and 1.
  const cancels = mayCancel(one.weight, one.kind === "floats" ? one.values : "one sign");
  return {
    isEngineBound: callsMath(one) || one.spoiler !== "none",
    isHeavy: weightsOf(one) * count > 5e5,
    isChained: true,
    run: (place: Place) => {
      if (one.layout === "planes")
        return { pixels: throughPlanes(network, pixels as Uint16Array, share, place) };
      // A copy: the call works in place.
      const applied = place(pixels.slice() as PixelData);
      const options = { channels, share, ...(dither > 0 && { dither: { width: dither } }) };
      applyPixelNetwork({ network, pixels: applied, ...range, ...options });
      return { pixels: applied };
    },
    exact: () => exactPixels(one, inFloat64Network(network), pixels, inFloat64),
    terms: cancels
      ? () => exactPixels({ ...one, dither: 0 }, termsNetwork(network), pixels, absolute)
      : undefined,
  };
}

function throughPlanes(network: PixelNetwork, pixels: Uint16Array, share: number, place: Place): Uint16Array {
  const plane = (channel: number) => place(pixels.filter((_, entry) => entry % 3 === channel));
  const planes = [plane(0), plane(1), plane(2)] as const;
  applyPixelNetworkToPlanes({ network, planes, share });
  return pixels.map((_, entry) => planes[entry % 3]?.[Math.floor(entry / 3)] ?? 0);
}

/** Outputs near the middle of the range, so that most are not clamped. */
function tamed({ layers, residual }: PixelNetwork): PixelNetwork {
  const last = layers.length - 1;
  return {
    residual,
    layers: layers.map((layer, index) => {
      if (index < last) return layer;
      const weight = layer.weight.map((value) => value * 0.2);
      return { ...layer, weight, bias: layer.bias?.map((value) => 0.3 + 0.2 * value) };
    }),
  };
}

function pixelsOf({
  kind,
  pixelChannels,
  before,
  count,
  after,
  values,
  spoiler,
  seed,
}: Interleaved): PixelData {
  const { top, create } = pixelKinds[kind];
  const length = pixelChannels * (before + count + after);
  const pixels = create(length);
  if (pixels instanceof Float32Array) {
    pixels.set(valuesOf(values, seed, "pixels", length, pixelChannels));
    return spoil(pixels, spoiler, seed);
  }
  const random = new Random(seed, "pixels");
  for (let i = 0; i < length; i++) pixels[i] = random.integer(0, top);
  return pixels;
}

/** Blended and in units of the data, not rounded; where a dither is, as far from a half as from its threshold. */
function exactPixels(
  { kind, pixelChannels: channels, before, count, share, dither }: Interleaved,
  network: PixelNetwork,
  pixels: PixelData,
  as: (values: Float32Array) => Float64Array,
): Exact {
  const { top } = pixelKinds[kind];
  const exact = as(Float32Array.from(pixels));
  if (share === 0) return { pixels: exact };
  const at = (pixel: number, channel: number) => (before + pixel) * channels + channel;
  const image = Float64Array.from({ length: 3 * count }, (_, i) => {
    return (exact[at(i % count, Math.floor(i / count))] as number) / top;
  });
  const output = outputByDefinition(network, { data: image, pixels: count });
  for (let pixel = 0; pixel < count; pixel++) {
    const lift = dither === 0 ? 0 : thresholdAt(before + pixel, dither) - 0.5;
    for (let channel = 0; channel < 3; channel++) {
      const from = image[channel * count + pixel] as number;
      const to = output[channel * count + pixel] as number;
      // Infinity - Infinity is NaN, also where nothing is blended.
      const blended = share === 1 ? to : from + share * (to - from);
      exact[at(pixel, channel)] = blended * top + lift;
    }
  }
  return { pixels: exact };
}

function thresholdAt(pixel: number, width: number): number {
  const column = (pixel % width) % DITHER_SIDE;
  const row = Math.floor(pixel / width) % DITHER_SIDE;
  return ditherMatrix[row * DITHER_SIDE + column] as number;
}
