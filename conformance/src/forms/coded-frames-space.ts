/** Where the cases of coded frames are drawn from: every depth, range, matrix, size of the planes of colour and siting. */
import type { Aim, Threads } from "../case.js";
import type { YCbCrLayout } from "../library.js";
import type { Random } from "../random.js";
import { drawNetwork, isSound, type NetworkFields, simplestNetwork, weightsOf } from "./networks.js";

export const CHROMA = {
  "4:4:4": [0, 0],
  "4:2:2": [1, 0],
  "4:4:0": [0, 1],
  "4:2:0": [1, 1],
} as const satisfies Record<string, YCbCrLayout["chroma"]>;

/** Kr and Kb (ITU-T H.273, table 4). */
export const MATRICES = {
  "Rec. 601": { red: 0.299, blue: 0.114 },
  "Rec. 709": { red: 0.2126, blue: 0.0722 },
  "Rec. 2020": { red: 0.2627, blue: 0.0593 },
} as const satisfies Record<string, YCbCrLayout["matrix"]>;

// Most films have 8.
const BITS = [8, 8, 8, 9, 10, 12, 16] as const;
const SITINGS = [
  [0, 0.5],
  [0, 0.5, 1],
] as const;

/** A frame's layout, told flat: bits, range, matrix, chroma, siting across and down. */
type LayoutFields<Prefix extends string> = {
  readonly [Field in `${Prefix}Bits`]: number;
} & { readonly [Field in `${Prefix}Range`]: YCbCrLayout["range"] } & {
  readonly [Field in `${Prefix}Matrix`]: keyof typeof MATRICES;
} & { readonly [Field in `${Prefix}Chroma`]: keyof typeof CHROMA } & {
  readonly [Field in `${Prefix}Siting`]: readonly number[];
};

export type CodedFrames = NetworkFields &
  LayoutFields<"source"> &
  LayoutFields<"target"> & {
    readonly form: "coded frames";
    readonly width: number;
    readonly height: number;
    readonly share: number;
    /** Any code of the depth, also those beyond a limited range, a gradient with a little noise, or the first and the last code alone. */
    readonly codes: "any" | "smooth" | "ends";
    /** What the network's last layer is multiplied by: above 1 most of its outputs are cut. */
    readonly contrast: number;
    readonly threads: Threads;
    readonly seed: number;
  };

const MAX_WORK = 2e7;

export const simplest: CodedFrames = {
  form: "coded frames",
  ...simplestNetwork,
  channels: [3, 3],
  ...{
    sourceBits: 8,
    sourceRange: "full",
    sourceMatrix: "Rec. 709",
    sourceChroma: "4:4:4",
    sourceSiting: [0, 0],
  },
  ...{
    targetBits: 8,
    targetRange: "full",
    targetMatrix: "Rec. 709",
    targetChroma: "4:4:4",
    targetSiting: [0, 0],
  },
  ...{ width: 1, height: 1, share: 1, codes: "smooth", contrast: 1, threads: "one", seed: 0 },
};

type Part = Partial<CodedFrames>;

function aim(name: string, draw: (random: Random) => Part, times?: number): Aim<CodedFrames> {
  return {
    name,
    ...(times !== undefined && { times }),
    draw: (random) => ({ ...simplest, ...drawOptions(random), ...draw(random) }),
  };
}

const onKernel = (random: Random) => ({
  channels: [3, random.axis(20), 3],
  activations: [random.pick(["relu", "leakyRelu", "none"] as const), "none" as const],
});

const chromaNames = Object.keys(CHROMA) as (keyof typeof CHROMA)[];

/** How often a run has several slices of rows on threads: such a case takes long. */
export const THREADED_TIMES = 8;

export const aims: readonly Aim<CodedFrames>[] = [
  // Each size of the planes of colour once as the source's and once as the target's.
  ...chromaNames.map((name, nth) =>
    aim(`${name}, on a kernel`, (random) => ({
      ...onKernel(random),
      sourceChroma: name,
      targetChroma: chromaNames[(nth + 1) % chromaNames.length] as keyof typeof CHROMA,
      width: random.integer(1, 40),
      height: random.integer(1, 24),
    })),
  ),
  // A slice has 128 rows, or half of the frame.
  aim("ends of slices", (random) => ({
    ...onKernel(random),
    width: random.integer(1, 6),
    height: 128 * random.integer(1, 2) + random.integer(-3, 9),
  })),
  // Rows of 8 kB are brought and written at a time.
  aim("more rows than lie in kernel memory at a time", (random) => ({
    ...onKernel(random),
    width: random.integer(150, 200),
    height: random.integer(56, 70),
  })),
  // Colours that are cut, side by side: on the way to half as many their sums go beyond the last code.
  aim(
    "colours at the ends of a full range",
    (random) => ({
      ...onKernel(random),
      ...{ contrast: 16, weight: "both signs", share: 1, codes: "any", sourceChroma: "4:4:4" },
      ...{ targetRange: "full", targetBits: random.pick([9, 10, 12]), targetChroma: "4:2:0" },
      ...{ width: random.integer(8, 40), height: random.integer(4, 12) },
    }),
    20,
  ),
  aim(
    "threads, frames in shared memory",
    (random) => ({
      ...{ channels: [3, 16, 16, 3], activations: ["relu", "leakyRelu", "none"] },
      ...{ width: random.integer(70, 80), height: random.integer(210, 230), threads: "shared memory" },
    }),
    THREADED_TIMES,
  ),
];

export function drawFreely(random: Random): CodedFrames {
  const network = drawNetwork(random, [3, 3]);
  const sides = { width: random.axis(50), height: random.axis(30) };
  return { ...simplest, ...network, ...drawOptions(random), ...sides };
}

function drawOptions(random: Random) {
  const layout = () => ({
    bits: random.pick(BITS),
    range: random.pick(["limited", "full"] as const),
    matrix: random.pick(Object.keys(MATRICES) as (keyof typeof MATRICES)[]),
    chroma: random.pick(chromaNames),
    siting: [random.pick(SITINGS[0]), random.pick(SITINGS[1])],
  });
  const [source, target] = [layout(), layout()];
  return {
    ...{ sourceBits: source.bits, sourceRange: source.range, sourceMatrix: source.matrix },
    ...{ sourceChroma: source.chroma, sourceSiting: source.siting },
    ...{ targetBits: target.bits, targetRange: target.range, targetMatrix: target.matrix },
    ...{ targetChroma: target.chroma, targetSiting: target.siting },
    weight: random.pick(["both signs", "mostly positive", "one sign", "sparse"] as const),
    share: random.chance(0.5) ? 1 : random.integer(1, 15) / 16,
    codes: random.pick(["any", "smooth", "ends"] as const),
    seed: random.bits(),
  } as const;
}

export function isValid(one: CodedFrames): boolean {
  const areBits = [one.sourceBits, one.targetBits].every(
    (bits) => Number.isInteger(bits) && bits >= 8 && bits <= 16,
  );
  const areSitings = [one.sourceSiting, one.targetSiting].every((siting) =>
    SITINGS.every((allowed, axis) => (allowed as readonly number[]).includes(siting[axis] as number)),
  );
  const hasSides = one.width >= 1 && one.height >= 1;
  const fits = isSound(one) && one.channels[0] === 3 && one.channels.at(-1) === 3;
  return fits && areBits && areSitings && hasSides && weightsOf(one) * one.width * one.height <= MAX_WORK;
}
