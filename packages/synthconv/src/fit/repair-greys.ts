/**
 * Greys of a trained look, put right where that costs next to nothing. The output of its last layer is linear in the
 * weights of that layer, so these are found anew by least squares over the training colours and, with a growing
 * weight, over the grey ramp. For a monochrome source three units of every hidden layer hand the input through, which
 * the last layer takes away again: then all channels are one, exactly.
 */
import { checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { kind, STRING } from "../core/kinds.js";
import type { PixelNetwork } from "../kernels/index.js";
import { checkLook, type Look, synthesize } from "../look/index.js";
import { nameInFile } from "../look/layout.js";
import { GREYS, type GreySource } from "./grey-source.js";
import { checkSamples } from "./kinds.js";
import { networkWithLanes, refitLastLayer } from "./last-layer.js";
import { measureLook, psnrOver } from "./measure.js";
import { checkGreySource, type GreyRecord, greyRamp, measureGreys } from "./measure-greys.js";
import type { ColourSamples } from "./samples.js";

export interface GreyRepairOptions {
  readonly source: GreySource;
  readonly training: ColourSamples;
  /** What the cost is measured on, and the error of what is repaired: `held-out pixels`, `lattice`. */
  readonly test: { readonly on: string; readonly samples: ColourSamples };
}

const REPAIR_OPTIONS: Fields<GreyRepairOptions> = {
  source: kind("an object { ramp, isMonochrome }", isPlainObject),
  training: kind("an object { input, target } of colours", isPlainObject),
  test: kind("an object { on, samples }", isPlainObject),
};
const TEST: Fields<GreyRepairOptions["test"]> = {
  on: STRING,
  samples: REPAIR_OPTIONS.training,
};

export interface RepairedLook {
  readonly look: Look;
  readonly greys: GreyRecord;
  readonly repaired: boolean;
}

/** The most that a repair may cost, in dB over the test colours. */
const MAX_COST = 0.1;
/** A fall, and a tint, that no 8-bit code shows, in 255ths. */
const UNSEEN_FALL = 0.5;
const UNSEEN_TINT = 0.1;
/** Weights of the whole ramp beside all training colours. */
const RAMP_WEIGHTS = [0.01, 0.1, 1, 10, 100];

/**
 * @returns the look, with its new error where it was repaired; as it is where its greys need no repair, it has knobs, or every repair costs 0.1 dB or more.
 */
export function repairGreys(look: Look, options: GreyRepairOptions): RepairedLook {
  checkRepair(look, options);
  const {
    source,
    training,
    test: { on, samples: test },
  } = options;
  const network = synthesize(look);
  const greys = measureGreys(network, source, test);
  const asItIs = { look, greys, repaired: false };
  if (isUnseen(greys) || look.schema.condition.length > 0 || !network.residual) return asItIs;
  const start = source.isMonochrome ? networkWithLanes(network) : network;
  if (start === undefined) return asItIs;
  const floor = psnrOver(network, test) - MAX_COST;
  const ramp = rampTarget(network, source);
  let best: RepairedLook = asItIs;
  const candidates = refitLastLayer(start, {
    training,
    ramp,
    weights: RAMP_WEIGHTS,
    tied: source.isMonochrome,
  });
  for (const candidate of candidates) {
    const record = measureGreys(candidate, source, test);
    if (badness(record) >= badness(best.greys) || psnrOver(candidate, test) <= floor) continue;
    best = { look: withNetwork(look, candidate), greys: record, repaired: true };
    if (isUnseen(record)) break;
  }
  if (!best.repaired) return best;
  const error = measureLook(best.look, [{ samples: test }], on);
  return { ...best, look: { ...best.look, schema: { ...best.look.schema, error } } };
}

function checkRepair(look: Look, options: GreyRepairOptions): void {
  const where = "repairGreys";
  checkLook(where, look);
  checkOptions(where, options, REPAIR_OPTIONS);
  const { source, training, test } = options;
  checkGreySource(where, source);
  checkSamples(where, "training", training);
  checkOptions(where, test, TEST, { name: "test" });
  checkSamples(where, "test samples", test.samples);
}

function isUnseen({ fall, tint }: GreyRecord): boolean {
  return fall <= UNSEEN_FALL && (tint ?? 0) <= UNSEEN_TINT;
}

function badness({ fall, tint }: GreyRecord): number {
  return Math.max(fall, UNSEEN_FALL) + Math.max(tint ?? 0, UNSEEN_TINT);
}

/** What the ramp is to be: the source's, and where that tells nothing the look's own, lifted where it falls. */
function rampTarget(network: PixelNetwork, { ramp }: GreySource): Float32Array {
  const target = greyRamp(network);
  for (let channel = 0; channel < 3; channel++) {
    const own = target.subarray(channel * GREYS, (channel + 1) * GREYS);
    const theirs = ramp.subarray(channel * GREYS, (channel + 1) * GREYS);
    if (theirs.every((value) => !Number.isNaN(value))) own.set(theirs);
    else own.set(nearestRising(own));
  }
  return target;
}

/** The nearest sequence that never falls, in the sense of squares: neighbours that fall are pooled (Ayer et al., 1955). */
function nearestRising(values: Float32Array): Float32Array {
  const pools: { mean: number; count: number }[] = [];
  for (const value of values) {
    pools.push({ mean: value, count: 1 });
    for (let last = pools.at(-1); pools.length > 1 && last !== undefined; last = pools.at(-1)) {
      const before = pools.at(-2) as { mean: number; count: number };
      if (before.mean <= last.mean) break;
      const count = before.count + last.count;
      pools.splice(-2, 2, { mean: (before.mean * before.count + last.mean * last.count) / count, count });
    }
  }
  return Float32Array.from(pools.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean)));
}

/** The look with other weights: without knobs its generator is the bias of its head, the weights end to end. */
function withNetwork(look: Look, { layers }: PixelNetwork): Look {
  const weights = layers.flatMap(({ weight, bias }) => [...weight, ...(bias ?? [])]);
  const parameters = new Map(look.parameters);
  parameters.set(nameInFile("head.bias"), Float32Array.from(weights));
  return { ...look, parameters };
}
