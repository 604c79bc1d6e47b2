/** The space of pixel networks on planes: what a case says, what is drawn from all of it, and what on purpose. */
import type { Threads } from "../case.js";
import { type PixelLossName, pixelLossNames } from "../library.js";
import type { Random } from "../random.js";
import { type FamilyName, moderateFamilies, type Spoiler } from "../values.js";
import { drawFamilies, drawSpoiler } from "./draws.js";
import { drawNetwork, type NetworkFields, simplestNetwork } from "./networks.js";

export type PixelNetworkCase = NetworkFields & {
  readonly form: "pixel network";
  readonly pass: "forward" | "backward" | "loss";
  readonly samples: number;
  readonly pixels: number;
  /** A network for all samples, whose gradients add up, or one for each. */
  readonly networks: "shared" | "per sample";
  /** Of backward and loss. */
  readonly wants: "nothing" | "layers" | "image" | "both";
  readonly isInPlace: boolean;
  /** Numbers in the gradients of the layers before. */
  readonly isAdded: boolean;
  readonly loss: PixelLossName;
  readonly epsilon: number;
  readonly pixelWeights: boolean;
  readonly values: FamilyName;
  readonly upstream: FamilyName;
  /** What takes the place of one number, and whose. */
  readonly spoiler: Spoiler;
  readonly spoilt: "image" | "weight" | "upstream";
  /** float64 networks, or float64 planes alone, run on the reference. */
  readonly numbers: "float32" | "float64" | "float64 planes";
  readonly threads: Threads;
  readonly seed: number;
};

export const simplestCase: PixelNetworkCase = {
  form: "pixel network",
  pass: "forward",
  ...simplestNetwork,
  samples: 1,
  pixels: 1,
  networks: "shared",
  wants: "layers",
  isInPlace: false,
  isAdded: false,
  loss: "mse",
  epsilon: 1,
  pixelWeights: false,
  values: "whole numbers",
  upstream: "whole numbers",
  spoiler: "none",
  spoilt: "image",
  numbers: "float32",
  threads: "one",
  seed: 0,
};

const passes = ["forward", "backward", "loss"] as const;

export function drawCase(random: Random): PixelNetworkCase {
  const network = drawNetwork(random);
  const weights = network.channels.reduce((sum, count) => sum + count * count, 0);
  const most = Math.max(8, 2 ** (9 + 6 * random.uniform()) / weights);
  const samples = random.chance(0.7) ? 1 : random.integer(2, 4);
  const pixels = random.chance(0.03) ? 0 : random.axis(most / samples);
  return { ...simplestCase, ...network, samples, pixels, ...drawOptions(random) };
}

export function drawOptions(random: Random) {
  const { values, weight } = drawFamilies(random);
  return {
    pass: random.pick(passes),
    networks: random.pick(["shared", "per sample"] as const),
    wants: random.pick(["nothing", "layers", "image", "both", "both", "both"] as const),
    isInPlace: random.chance(0.3),
    isAdded: random.chance(0.3),
    loss: random.pick(pixelLossNames),
    epsilon: 2 ** random.integer(-10, 2),
    pixelWeights: random.chance(0.4),
    values,
    weight: random.chance(0.5) ? weight : "both signs",
    upstream: random.pick(moderateFamilies),
    spoiler: drawSpoiler(random),
    spoilt: random.pick(["image", "weight", "upstream"] as const),
    numbers: random.chance(0.9) ? "float32" : random.pick(["float64", "float64 planes"] as const),
    seed: random.bits(),
  } as const;
}
