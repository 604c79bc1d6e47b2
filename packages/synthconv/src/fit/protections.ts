/** What a look may be asked to keep, one object each. */
import { compareColours } from "../colour/index.js";
import { type PixelNetwork, pixelNetworkForward } from "../kernels/index.js";
import { clampToUnit, type Guarantees, type LookSchema } from "../look/index.js";
import { GREYS, spreadAt } from "./grey-source.js";
import { HeldColours } from "./held-colours.js";
import { NeutralGreys } from "./neutral-greys.js";
import { keepingOwnColour } from "./own-colour.js";
import { RampFalls } from "./ramp-falls.js";
import type { Restraint } from "./restraint.js";
import { sampleCount } from "./samples.js";
import { skinShares, skinTones } from "./skin.js";

export const PROTECTIONS = ["neutrals", "skin", "monotone"] as const;
export type Protection = (typeof PROTECTIONS)[number];

export interface ProtectionKind {
  readonly name: Protection;
  /** By how much colours keep their own hue and saturation, 0 to 1. @param input planar `[3,P]` */
  readonly shares?: (input: Float32Array) => Float32Array;
  /** @param look the network before it is held to anything. */
  readonly hold: (look: PixelNetwork, schema: LookSchema["network"]) => Hold;
  /** How far from it is near enough. */
  readonly bar: number;
}

/** A network held to it. */
export interface Hold {
  readonly restraint: Restraint;
  /** Residuals of the restraint. */
  readonly count: number;
  /** How far a network is from it. */
  readonly missed: (network: PixelNetwork, guarantees: Guarantees) => number;
}

/** Spread of the channels at which a colour is neutral by 1 / e: some 15 codes of 8 bits. */
const NEAR_NEUTRAL = 0.06;
/** Half of what an 8-bit code rounds away, in 255ths: nobody sees it. */
const UNSEEN_CODES = 0.25;
/** DeltaE 2000 in the mean over skin tones: below what is seen side by side. */
const UNSEEN_DELTA_E = 0.5;

export const protectionKinds: readonly ProtectionKind[] = [
  {
    name: "neutrals",
    shares: neutralShares,
    hold: (_look, schema) => ({
      restraint: new NeutralGreys(schema),
      count: 3 * GREYS,
      missed: (_network, { tint }) => tint,
    }),
    bar: UNSEEN_CODES,
  },
  { name: "skin", shares: skinShares, hold: holdSkin, bar: UNSEEN_DELTA_E },
  {
    name: "monotone",
    hold: (_look, schema) => {
      // Whatever the source does: nothing is allowed to fall.
      const source = { ramp: new Float32Array(3 * GREYS).fill(Number.NaN), isMonochrome: false };
      const restraint = new RampFalls(schema, source);
      return { restraint, count: 3 * GREYS, missed: (_network, { fall }) => fall };
    },
    bar: UNSEEN_CODES,
  },
];

function neutralShares(input: Float32Array): Float32Array {
  const count = input.length / 3;
  return Float32Array.from({ length: count }, (_, nth) =>
    Math.exp(-((spreadAt(input, count, nth) / NEAR_NEUTRAL) ** 2)),
  );
}

/** Tones with their own chromaticity, and the lightness that the look gives them. */
function holdSkin(look: PixelNetwork, schema: LookSchema["network"]): Hold {
  const input = skinTones();
  const whole = new Float32Array(input.length / 3).fill(1);
  const colours = keepingOwnColour({ input, target: outputOf(look, input) }, whole);
  return {
    restraint: new HeldColours(schema, colours),
    count: 3 * sampleCount(colours),
    missed: (network) => compareColours(outputOf(network, input), colours.target, "planar").deltaE2000.mean,
  };
}

function outputOf(network: PixelNetwork, image: Float32Array): Float32Array {
  const output = new Float32Array(image.length);
  pixelNetworkForward({ network, image, pixels: image.length / 3, output });
  return clampToUnit(output);
}
