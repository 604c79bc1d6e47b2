/** What whoever gets a look asks of it, whatever it was trained on: greys that stay grey and rise, nothing folded, cut off or banded. */
import { identityCube } from "../colour/index.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { optional, SHARE } from "../core/kinds.js";
import { checkNetwork, type PixelNetwork } from "../kernels/index.js";
import { applyNetwork } from "./apply.js";

export interface GuaranteeOptions {
  /** As in `applyNetwork`. */
  readonly strength?: number;
}

const OPTIONS: Fields<GuaranteeOptions> = { strength: optional(SHARE) };

/** Measured on outputs clamped to 0 to 1, but for `folded` and `clipped`; all distances in 255ths. */
export interface Guarantees {
  /** How far the channels of a grey lie apart at most: 0 where every grey stays grey. A look may tint them on purpose. */
  readonly tint: number;
  /** The largest fall of a channel along the ramp of the greys 0 to 255: 0 where brighter stays brighter. */
  readonly fall: number;
  /** The grey, 0 to 255, where that fall ends. */
  readonly fallAt: number;
  /** Share of the cube of colours where the order of colours is turned around: the determinant of the slopes is negative. */
  readonly folded: number;
  /** Share of the cube of colours of which a channel lies beyond 0 to 1, where detail is lost. */
  readonly clipped: number;
  /** The largest step of a channel from one grey of 8 bits to the next: 1 in the identity, a visible band from some 4 on. */
  readonly step: number;
  /** Codes of 8 bits that the ramp has left in its poorest channel, 256 in the identity. */
  readonly levels: number;
}

const GREYS = 256;
/** Colours per axis: cells of 8 codes. */
const SIZE = 33;
/** Rounding to 8 bits hides less. */
const BEYOND = 0.5 / 255;
/** Of the identity the determinant is 1; float32 leaves some 1e-5 of one that is 0, as that of a monochrome look is. */
const TURNED = -1e-3;

/**
 * @param network as `synthesize` writes it.
 * @throws {ValueError} when an argument is of another kind.
 */
export function measureGuarantees(network: PixelNetwork, options: GuaranteeOptions = {}): Guarantees {
  checkNetwork("measureGuarantees", network);
  checkOptions("measureGuarantees", options, OPTIONS);
  const { strength = 1 } = options;
  const ramp = Float32Array.from({ length: 3 * GREYS }, (_, at) => Math.floor(at / 3) / (GREYS - 1));
  applyNetwork(network, ramp, { channels: 3, strength });
  const cube = identityCube(SIZE).table;
  applyNetwork(network, cube, { channels: 3, strength });
  return { ...rampGuarantees(ramp), ...cubeGuarantees(cube) };
}

/** @param ramp colours of the greys one after the other, `[GREYS,3]`. */
function rampGuarantees(
  ramp: Float32Array,
): Pick<Guarantees, "tint" | "fall" | "fallAt" | "step" | "levels"> {
  const codes = Float64Array.from(ramp, (value) => 255 * Math.min(1, Math.max(0, value)));
  let [tint, fall, fallAt, step, levels] = [0, 0, 0, 0, GREYS];
  for (let channel = 0; channel < 3; channel++) {
    const used = new Set<number>();
    let highest = 0;
    for (let grey = 0; grey < GREYS; grey++) {
      const code = codes[3 * grey + channel] as number;
      used.add(Math.round(code));
      highest = Math.max(highest, code);
      if (highest - code > fall) [fall, fallAt] = [highest - code, grey];
      if (grey > 0) step = Math.max(step, Math.abs(code - (codes[3 * (grey - 1) + channel] as number)));
      tint = Math.max(tint, Math.abs(code - (codes[3 * grey + ((channel + 1) % 3)] as number)));
    }
    levels = Math.min(levels, used.size);
  }
  return { tint, fall, fallAt, step, levels };
}

/** @param cube `[SIZE,SIZE,SIZE,3]`, red fastest. */
function cubeGuarantees(cube: Float32Array): Pick<Guarantees, "folded" | "clipped"> {
  const nodes = cube.length / 3;
  const isClipped = (node: number): boolean => {
    const colour = cube.subarray(3 * node, 3 * node + 3);
    return colour.some((value) => value < -BEYOND || value > 1 + BEYOND);
  };
  let clipped = 0;
  let folded = 0;
  for (let node = 0; node < nodes; node++) {
    if (isClipped(node)) {
      clipped++;
      continue;
    }
    const red = node % SIZE;
    const green = Math.floor(node / SIZE) % SIZE;
    const blue = Math.floor(node / SIZE ** 2);
    if (Math.max(red, green, blue) === SIZE - 1) continue;
    if (determinantAt(cube, node) < TURNED) folded++;
  }
  return { folded: folded / (SIZE - 1) ** 3, clipped: clipped / nodes };
}

/** Of the slopes from this node to the next along each axis: how it changes volumes, negative where it mirrors them. */
function determinantAt(cube: Float32Array, node: number): number {
  const slopes = [1, SIZE, SIZE ** 2].map((next) =>
    [0, 1, 2].map((channel) => {
      const rise = (cube[3 * (node + next) + channel] as number) - (cube[3 * node + channel] as number);
      return rise * (SIZE - 1);
    }),
  ) as [Three, Three, Three];
  const [[a, b, c], [d, e, f], [g, h, i]] = slopes;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

type Three = [number, number, number];
