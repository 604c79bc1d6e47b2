/**
 * Greys of a trained look, put right where that costs little. The output of its last layer is linear in the weights of
 * that layer, so these are found anew by least squares over the training colours and, with a growing weight, over the grey
 * ramp; where that is not enough all layers take steps in which falls count. For a monochrome source three units of every hidden layer hand the input through, which
 * the last layer takes away again: then all channels are one, exactly.
 */
import { checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { BOOLEAN, kind, optional, STRING } from "../core/kinds.js";
import type { PixelNetwork } from "../kernels/index.js";
import { checkLook, type Look, synthesize } from "../look/index.js";
import { balanceSamples } from "./balance.js";
import { GREYS, type GreySource } from "./grey-source.js";
import { badness, isUnseen } from "./judge-greys.js";
import { checkSamples } from "./kinds.js";
import { networkWithLanes, refitLastLayer } from "./last-layer.js";
import { measureLook, psnrOver } from "./measure.js";
import { checkGreySource, type GreyRecord, greyRamp, measureGreys } from "./measure-greys.js";
import { flatWeights, holdsWeights, networkOf, withNetwork } from "./network-weights.js";
import { RampFalls } from "./ramp-falls.js";
import { withGuarantees } from "./record-guarantees.js";
import { meanOfLast, tiedOutputs } from "./refine-look.js";
import { refineNetwork } from "./refine-network.js";
import { nearestRising } from "./risen-ramp.js";
import type { ColourSamples } from "./samples.js";
import { toldBy } from "./told-by.js";

export interface GreyRepairOptions {
  /** Of a look with styles: whose greys. Default: its first. */
  readonly style?: string;
  readonly source: GreySource;
  readonly training: ColourSamples;
  /** As the option of `fitLook`. Default false. */
  readonly balance?: boolean;
  /** What the cost is measured on, and the error of what is repaired: `held-out pixels`, `lattice`. */
  readonly test: { readonly on: string; readonly samples: ColourSamples };
}

const REPAIR_OPTIONS: Fields<GreyRepairOptions> = {
  style: optional(STRING),
  source: kind("an object { ramp, isMonochrome }", isPlainObject),
  training: kind("an object { input, target } of colours", isPlainObject),
  balance: optional(BOOLEAN),
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

/**
 * The most that a repair may cost, in dB over the test colours. Next to nothing is enough for most; a look whose greys rise
 * and fall again and again (extreme, of twelve films: 11.4 codes where its source rises) is left with 39.8 dB of 40.2.
 */
const NEXT_TO_NOTHING = 0.1;
export const MAX_COST = 0.5;
/** Weights of the whole ramp beside all training colours. */
const RAMP_WEIGHTS = [0.01, 0.1, 1, 10, 100];
/**
 * Weights of the falls in steps of Levenberg and Marquardt, which go on from where the lighter weight led. Of extreme, with
 * 492 weights, the first three leave 0.19 codes at 40.0 dB, 1,000 alone 0.15 at 39.9, and 1, 10 and 100 with 4 steps each 1.2 at 39.6.
 */
const FALL_WEIGHTS = [10, 100, 1000, 10_000];
/**
 * Steps with each weight, and where that costs too much from the start again with more: of extreme as a style of 465 weights,
 * which falls by 10.8 codes at 40.29 dB, 6 leave 0.15 at 38.3 dB, 12 leave 0.23 at 39.5, and 30 leave 0.07 at 40.21.
 */
const PACES = [6, 30];
/** Of a LUT alone; the weights of the largest network that takes the second: a step takes as long as the square of their number. */
const MOST_WEIGHTS = 500;
const REFINE_COLOURS = 2048;

/**
 * @returns the look, with its new error where it was repaired and has no styles; as it is where its greys need no repair, a
 * generator writes them from knobs or styles, or every repair costs 0.5 dB or more.
 */
export function repairGreys(look: Look, options: GreyRepairOptions): RepairedLook {
  checkRepair(look, options);
  const {
    source,
    style,
    test: { on, samples: test },
  } = options;
  const network = synthesize(look, {}, style);
  const greys = measureGreys(network, source, test);
  const asItIs = { look, greys, repaired: false };
  if (isUnseen(greys) || !holdsWeights(look)) return asItIs;
  const before = psnrOver(network, test);
  let best: RepairedLook = asItIs;
  for (const { candidate, cost } of candidatesFor(look.schema.network, network, options)) {
    const record = measureGreys(candidate, source, test);
    if (badness(record) >= badness(best.greys) || psnrOver(candidate, test) <= before - cost) continue;
    best = { look: withNetwork(look, candidate, style), greys: record, repaired: true };
    if (isUnseen(record)) break;
  }
  if (!best.repaired) return best;
  // Of one style, what the test tells is not the look's error.
  if (look.schema.styles !== undefined) return { ...best, look: withGuarantees(best.look) };
  const error = measureLook(best.look, [{ samples: test }], on);
  return { ...best, look: withGuarantees({ ...best.look, schema: { ...best.look.schema, error } }) };
}

/** A repair, and the most that it may cost. */
interface Candidate {
  readonly candidate: PixelNetwork;
  readonly cost: number;
}

/** One repair after the other, each with more weight on the greys. */
function* candidatesFor(
  schema: Look["schema"]["network"],
  network: PixelNetwork,
  { source, training: given, balance = false }: GreyRepairOptions,
): Generator<Candidate> {
  const training = balance ? balanceSamples(given, { seed: 0 }) : given;
  const start = source.isMonochrome && network.residual ? networkWithLanes(network) : network;
  if (start !== undefined && network.residual) {
    const ramp = rampTarget(network, source);
    const refits = refitLastLayer(start, {
      training,
      ramp,
      weights: RAMP_WEIGHTS,
      tied: source.isMonochrome,
    });
    // What more than that would cost, all layers do for less.
    for (const candidate of refits) yield { candidate, cost: NEXT_TO_NOTHING };
  }
  // What all layers do together is put right by all of them, where the channels need not be one or are already.
  if (source.isMonochrome && network.residual) return;
  const restraint = new RampFalls(schema, source);
  const told = toldBy([{ samples: given, balance }], { colours: REFINE_COLOURS, seed: 0 });
  const own = flatWeights(network);
  const isQuick = !told.isDrawn || own.length > MOST_WEIGHTS;
  for (const pace of isQuick ? PACES.slice(0, 1) : PACES) {
    let weights = own;
    for (const weight of FALL_WEIGHTS) {
      const steps = refineNetwork({
        ...{ network: schema, weights, colours: told.colours, steps: pace },
        restraints: [...told.restraints, { restraint, weight: weight / (3 * GREYS) }],
      });
      const last: Float32Array[] = [];
      for (const step of steps) last.push(step.weights);
      weights = told.isDrawn ? meanOfLast(last) : (last.at(-1) as Float32Array);
      if (!network.residual && source.isMonochrome) weights = tiedOutputs(weights, schema.channels);
      yield { candidate: networkOf(network, weights), cost: MAX_COST };
    }
  }
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
