/**
 * What a look is asked to keep (neutral greys, skin, greys that never fall), trained in after the look itself: steps of
 * Levenberg and Marquardt over its colours, with those that are kept held besides, ever more firmly until they are.
 */
import { checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { BOOLEAN, kind, listOf, oneOf, optional, STRING } from "../core/kinds.js";
import type { PixelNetwork } from "../kernels/index.js";
import { checkLook, type Look, measureGuarantees, synthesize } from "../look/index.js";
import { checkSamples } from "./kinds.js";
import { measureLook, millionths, psnrOver } from "./measure.js";
import { flatWeights, networkOf, withNetwork } from "./network-weights.js";
import { keepingOwnColour } from "./own-colour.js";
import {
  type Hold,
  PROTECTIONS,
  type Protection,
  type ProtectionKind,
  protectionKinds,
} from "./protections.js";
import { withGuarantees } from "./record-guarantees.js";
import { tiedOutputs } from "./refine-look.js";
import { refineNetwork } from "./refine-network.js";
import { type ColourSamples, sampleCount } from "./samples.js";
import { toldBy } from "./told-by.js";

export interface ProtectOptions {
  readonly protect: readonly Protection[];
  readonly training: ColourSamples;
  /** As the option of `fitLook`. Default false. */
  readonly balance?: boolean;
  /** What the cost is measured on: `held-out pixels`, `lattice`. */
  readonly test: { readonly on: string; readonly samples: ColourSamples };
}

export interface ProtectedLook {
  /** With its new error, and the record of what it keeps. */
  readonly look: Look;
  /** What was asked for, and is not kept as well as an eye would ask. */
  readonly missed: readonly { readonly name: Protection; readonly by: number; readonly bar: number }[];
}

const OPTIONS: Fields<ProtectOptions> = {
  protect: listOf(oneOf(PROTECTIONS), "a list of what to protect"),
  training: kind("an object { input, target } of colours", isPlainObject),
  balance: optional(BOOLEAN),
  test: kind("an object { on, samples }", isPlainObject),
};
const TEST: Fields<ProtectOptions["test"]> = {
  on: STRING,
  samples: OPTIONS.training,
};

/** Of the mean square over what is held, beside that over all colours; of what is missed it grows from round to round. */
const FIRST_WEIGHT = 10;
const FIRMER = 10;
const ROUNDS = 5;
/** Of a round. 6 left a toned look at 32.0 dB, with neutral greys, where 12 left 33.0. */
const STEPS = 12;
const COLOURS = 2048;
/** Of a LUT's colours: all would only be drawn from. */
const MOST_COLOURS = 2 ** 17;

/**
 * @throws {ValueError} for a look with knobs or styles, whose weights are not its parameters.
 */
export function protectLook(look: Look, options: ProtectOptions): ProtectedLook {
  checkProtect(look, options);
  const { protect, training, balance = false, test } = options;
  const network = synthesize(look);
  const kinds = protectionKinds.filter(({ name }) => protect.includes(name));
  const before = psnrOver(network, test.samples);
  const holds = kinds.map((one): Held => ({ kind: one, ...one.hold(network, look.schema.network) }));
  const told = toldBy([{ samples: retargeted(balance ? training : thinned(training), kinds), balance }], {
    ...{ colours: COLOURS, seed: 0 },
  });
  const firmness = new Map(kinds.map(({ name }) => [name, FIRST_WEIGHT]));
  let found = network;
  let missed = missedBy(found, holds);
  for (let round = 0; round < ROUNDS && missed.length > 0; round++) {
    const steps = refineNetwork({
      ...{ network: look.schema.network, weights: flatWeights(found), colours: told.colours, steps: STEPS },
      restraints: [
        ...told.restraints,
        ...holds.map(({ kind: { name }, restraint, count }) => {
          return { restraint, weight: (firmness.get(name) as number) / count };
        }),
      ],
    });
    let weights = flatWeights(found);
    for (const step of steps) weights = step.weights;
    if (!network.residual) weights = tiedOutputs(weights, look.schema.network.channels);
    found = networkOf(network, weights);
    missed = missedBy(found, holds);
    for (const { name } of missed) firmness.set(name, FIRMER * (firmness.get(name) as number));
  }
  const changed = found === network ? look : withNetwork(look, found);
  const error = measureLook(changed, [{ samples: test.samples }], test.on);
  const protection = {
    kept: kinds.map(({ name }) => name),
    psnr: { without: decibels(before), with: error.psnr },
  };
  return {
    look: withGuarantees({ ...changed, schema: { ...changed.schema, error, protection } }),
    missed,
  };
}

interface Held extends Hold {
  readonly kind: ProtectionKind;
}

function retargeted(samples: ColourSamples, kinds: readonly ProtectionKind[]): ColourSamples {
  return kinds.reduce(
    (now, { shares }) => (shares === undefined ? now : keepingOwnColour(now, shares(now.input))),
    samples,
  );
}

/** Every so many of them. */
function thinned(samples: ColourSamples): ColourSamples {
  const total = sampleCount(samples);
  const every = Math.ceil(total / MOST_COLOURS);
  const count = Math.floor(total / every);
  const take = (planes: Float32Array): Float32Array =>
    Float32Array.from({ length: 3 * count }, (_, at) => {
      return planes[Math.floor(at / count) * total + every * (at % count)] as number;
    });
  return every === 1 ? samples : { input: take(samples.input), target: take(samples.target) };
}

function missedBy(network: PixelNetwork, holds: readonly Held[]): ProtectedLook["missed"] {
  const guarantees = measureGuarantees(network);
  return holds.flatMap(({ kind: { name, bar }, missed }) => {
    const by = missed(network, guarantees);
    return by > bar ? [{ name, by, bar }] : [];
  });
}

function decibels(psnr: number): number | null {
  return Number.isFinite(psnr) ? millionths(psnr) : null;
}

function checkProtect(look: Look, options: ProtectOptions): void {
  const where = "protectLook";
  checkLook(where, look);
  checkOptions(where, options, OPTIONS);
  checkSamples(where, "training", options.training);
  checkOptions(where, options.test, TEST, { name: "test" });
  checkSamples(where, "test samples", options.test.samples);
  const { condition, styles = [] } = look.schema;
  if (condition.length + styles.length === 0) return;
  throw new ValueError({
    where: `${where} look`,
    expected: "a look without knobs and styles, whose weights can be refined",
    received: `${condition.length} knobs and ${styles.length} styles`,
    repair: "Protect each of its sources, trained alone.",
  });
}
