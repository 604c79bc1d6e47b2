/** Pixel networks on planes: forward, the gradients of layers and image, losses with and without them; batches. */
import type { Case, Form, Numbers, Outputs, Place } from "../case.js";
import {
  type PixelNetwork,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "../library.js";
import { type FamilyName, inFloat64, mayCancel, spoil, valuesOf } from "../values.js";
import { avoidKinks } from "./kinks.js";
import { callsMath, inFloat64Network, isSound, networkOf, simpleActivations, weightsOf } from "./networks.js";
import { pixelNetworkAims } from "./pixel-network-aims.js";
import {
  type As,
  byDefinition,
  EXACT,
  gradientsOf,
  namesOf,
  type Sample,
  termsOf,
} from "./pixel-network-expected.js";
import { drawCase, type PixelNetworkCase, simplestCase } from "./pixel-network-space.js";

const MAX_WORK = 1e7;

export const pixelNetworkForm: Form<PixelNetworkCase> = {
  name: "pixel network",
  share: 50,
  simplest: simplestCase,
  draw: drawCase,
  aims: pixelNetworkAims,
  isValid: (one) =>
    isSound(one) && weightsOf(one) * one.pixels * one.samples <= MAX_WORK && staysInRange(one),
  prepare,
};

/**
 * Squares of the largest numbers, and these through many layers or times large weights, are beyond float32. What layers make
 * of the smallest has few digits, which times a large gradient are few digits of a number that should have all of them.
 */
function staysInRange({ values, weight, upstream, pass, loss, channels }: PixelNetworkCase): boolean {
  if (values === "denormal") return [weight, upstream].every((name) => SMALL.includes(name));
  if (values !== "huge") return true;
  if (channels.length > 3 || (pass === "loss" && loss !== "l1")) return false;
  return [weight, upstream].every((name) => SMALL.includes(name));
}

const SMALL: readonly FamilyName[] = ["whole numbers", "both signs", "mostly positive", "one sign", "sparse"];

function prepare(one: PixelNetworkCase): Case | undefined {
  const shared = one.networks === "shared" ? networkOf(one, one.seed) : undefined;
  const samples = Array.from({ length: one.samples }, (_, index) => {
    return sampleOf(one, index, shared ?? networkOf(one, one.seed, index));
  });
  if (one.pass !== "forward" && !samples.every((sample) => avoidKinksOf(one, sample))) return undefined;
  const isSpoilt = one.spoiler !== "none";
  // A residual is a difference, whatever its numbers are drawn from.
  const families = mayCancel(one.values, one.weight, one.pass === "forward" ? "both signs" : one.upstream);
  const cancels = one.pass === "loss" || families;
  return {
    isEngineBound: isSpoilt || callsMath(one),
    isHeavy: weightsOf(one) * one.pixels * one.samples > 5e5,
    isChained: true,
    run: (place) => run(one, samples, { ...AS_GIVEN[one.numbers], place }),
    exact: () => byDefinition(one, samples, EXACT),
    terms: cancels ? () => termsOf(one, samples) : undefined,
  };
}

function sampleOf(one: PixelNetworkCase, index: number, network: PixelNetwork): Sample {
  const { channels, pixels, seed, pass } = one;
  const [inputs, outputs] = [channels[0] as number, channels.at(-1) as number];
  const draw = (family: PixelNetworkCase["values"], name: string, planes: number) => {
    return valuesOf(family, seed, `${name} ${index}`, planes * pixels, pixels);
  };
  const spoilt = (values: Float32Array, name: PixelNetworkCase["spoilt"]) => {
    return index === 0 && one.spoilt === name ? spoil(values, one.spoiler, seed) : values;
  };
  spoilt(network.layers[seed % network.layers.length]?.weight as Float32Array, "weight");
  return {
    network,
    image: spoilt(draw(one.values, "image", inputs), "image"),
    target: draw(pass === "loss" ? one.upstream : "both signs", "target", outputs),
    upstream: spoilt(draw(one.upstream, "upstream", outputs), "upstream"),
    pixelWeight: draw("one sign", "pixel weight", 1),
  };
}

function avoidKinksOf(one: PixelNetworkCase, { network, image, target }: Sample): boolean {
  const isL1 = one.pass === "loss" && one.loss === "l1";
  const isWhole =
    one.values === "whole numbers" &&
    one.weight === "whole numbers" &&
    (!isL1 || one.upstream === "whole numbers") &&
    Number.isInteger(4 * one.slope) &&
    one.activations.every((name) => simpleActivations.includes(name));
  return avoidKinks(network, { image, target: isL1 ? target : undefined, pixels: one.pixels }, isWhole);
}

/** Arrays are copies: calls overwrite some. */
const AS_GIVEN: Readonly<Record<PixelNetworkCase["numbers"], As>> = {
  float32: { network: (given) => given, values: (given) => given.slice() },
  float64: { network: inFloat64Network, values: inFloat64 },
  "float64 planes": { network: (given) => given, values: inFloat64 },
};
function run(one: PixelNetworkCase, samples: readonly Sample[], as: As & { readonly place: Place }): Outputs {
  const { pixels, pass, wants } = one;
  const calls = samples.map((sample) => {
    const image = as.place(as.values(sample.image));
    return { network: as.network(sample.network), image, pixels };
  });
  const put = (values: Float32Array) => as.place(as.values(values));
  if (pass === "forward") {
    const outputs = calls.map(({ image, pixels: count, network }, index) => {
      const isInPlace = one.isInPlace && one.channels[0] === one.channels.at(-1);
      const output = isInPlace ? image : put((samples[index] as Sample).target);
      return { network, image, pixels: count, output };
    });
    pixelNetworkForward(outputs);
    return Object.fromEntries(outputs.map(({ output }, index) => [`output ${index}`, output]));
  }
  const layers = samples.map(({ network }, index) => {
    return wants === "both" || wants === "layers" ? gradientsOf(one, network, index, as) : undefined;
  });
  if (one.networks === "shared") layers.fill(layers[0]);
  const images = samples.map(({ image }) => (wants === "both" || wants === "image" ? put(image) : undefined));
  const gradients = { layers, images };
  const withGradients = calls.map((call, index) => {
    return { ...call, layerGradients: layers[index], imageGradient: images[index] };
  });
  const named: Record<string, Numbers> = {};
  if (pass === "backward") {
    pixelNetworkBackward(
      withGradients.map((call, i) => ({ ...call, upstream: put((samples[i] as Sample).upstream) })),
    );
  } else {
    const total = pixelNetworkLoss(
      withGradients.map((call, index) => {
        const { target, pixelWeight } = samples[index] as Sample;
        const weights = one.pixelWeights ? put(pixelWeight) : undefined;
        return { ...call, target: put(target), loss: one.loss, epsilon: one.epsilon, pixelWeight: weights };
      }),
    );
    named.loss = Float64Array.of(total);
  }
  return { ...named, ...namesOf(one, gradients) };
}
