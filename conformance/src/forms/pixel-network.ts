/** Pixel networks on planes: forward, the gradients of layers and image, losses with and without them; batches. */
import type { Case, Form, Numbers, Outputs, Place } from "../case.js";
import {
  type LayerGradients,
  type PixelNetwork,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "../library.js";
import { absolute, type FamilyName, inFloat64, mayCancel, spoil, valuesOf } from "../values.js";
import { avoidKinks } from "./kinks.js";
import {
  gradientsByDefinition,
  lossByDefinition,
  outputByDefinition,
  type Planes,
} from "./network-definition.js";
import {
  callsMath,
  inFloat64Network,
  isSound,
  namedGradients,
  networkOf,
  simpleActivations,
  termsNetwork,
  weightsOf,
  zeroGradients,
} from "./networks.js";
import { pixelNetworkAims } from "./pixel-network-aims.js";
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

/** One sample of a case; numbers are those that are given, or in float64, or the sizes of them. */
interface Sample {
  readonly network: PixelNetwork;
  readonly image: Float32Array;
  readonly target: Float32Array;
  readonly upstream: Float32Array;
  readonly pixelWeight: Float32Array;
}

function prepare(one: PixelNetworkCase): Case | undefined {
  const shared = one.networks === "shared" ? networkOf(one, one.seed) : undefined;
  const samples = Array.from({ length: one.samples }, (_, index) => {
    return sampleOf(one, index, shared ?? networkOf(one, one.seed, index));
  });
  if (one.pass !== "forward" && !samples.every((sample) => avoidKinksOf(one, sample))) return undefined;
  const isSpoilt = one.spoiler !== "none";
  const cancels = mayCancel(one.values, one.weight, one.pass === "forward" ? "both signs" : one.upstream);
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

interface As {
  readonly network: (given: PixelNetwork) => PixelNetwork;
  readonly values: (given: Float32Array) => Float32Array | Float64Array;
}

/** Arrays are copies: calls overwrite some. */
const AS_GIVEN: Readonly<Record<PixelNetworkCase["numbers"], As>> = {
  float32: { network: (given) => given, values: (given) => given.slice() },
  float64: { network: inFloat64Network, values: inFloat64 },
  "float64 planes": { network: (given) => given, values: inFloat64 },
};
const EXACT: As = { network: inFloat64Network, values: inFloat64 };
const AS_TERMS: As = { network: termsNetwork, values: absolute };

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

function gradientsOf(one: PixelNetworkCase, network: PixelNetwork, sample: number, as: As): LayerGradients[] {
  const gradients = zeroGradients(network);
  if (!one.isAdded) return gradients;
  return gradients.map(({ weight, bias }, layer) => {
    const before = (length: number) => {
      return Float64Array.from(
        as.values(valuesOf("both signs", one.seed, `before ${layer} of ${sample}`, length)),
      );
    };
    return { weight: before(weight.length), bias: bias && before(bias.length) };
  });
}

function namesOf(
  one: PixelNetworkCase,
  {
    layers,
    images,
  }: {
    readonly layers: readonly (LayerGradients[] | undefined)[];
    readonly images: readonly (Numbers | undefined)[];
  },
): Record<string, Numbers> {
  const named: Record<string, Numbers> = {};
  images.forEach((gradient, index) => {
    if (gradient !== undefined) named[`image gradient ${index}`] = gradient;
  });
  layers.slice(0, one.networks === "shared" ? 1 : undefined).forEach((gradients, index) => {
    if (gradients !== undefined) Object.assign(named, namedGradients(gradients, ` of ${index}`));
  });
  return named;
}

/** What `run` should give, of the numbers or of the sizes of them. */
function byDefinition(one: PixelNetworkCase, samples: readonly Sample[], as: As): Outputs {
  const { pixels, pass, wants } = one;
  const networks = samples.map(({ network }) => as.network(network));
  const images = samples.map(({ image }) => ({ data: as.values(image), pixels }));
  const upstreams = samples.map(({ upstream }) => as.values(upstream) as Float64Array);
  const named: Record<string, Numbers> = {};
  if (pass !== "backward") {
    const outputs = networks.map((network, index) => outputByDefinition(network, images[index] as Planes));
    if (pass === "forward")
      return Object.fromEntries(outputs.map((data, index) => [`output ${index}`, data]));
    const losses = outputs.map((output, index) => lossOf(one, samples[index] as Sample, output));
    named.loss = Float64Array.of(losses.reduce((sum, { loss }) => sum + loss, 0));
    upstreams.splice(0, losses.length, ...losses.map(({ upstream }) => upstream));
  }
  if (wants === "nothing") return named;
  const layers = networks.map((network, index) => {
    return wants === "image" ? undefined : gradientsOf(one, network, index, as);
  });
  if (one.networks === "shared") layers.fill(layers[0]);
  const gradients = networks.map((network, index) => {
    const [image, upstream] = [images[index] as Planes, upstreams[index] as Float64Array];
    return gradientsByDefinition(network, image, upstream, layers[index]);
  });
  const ofImages = gradients.map((gradient) => (wants === "layers" ? undefined : gradient));
  return { ...named, ...namesOf(one, { layers, images: ofImages }) };
}

/** The loss of a sample's output, and its gradient. */
function lossOf(one: PixelNetworkCase, { target, pixelWeight }: Sample, output: Float64Array) {
  let loss = 0;
  const upstream = output.map((value, at) => {
    const weight = one.pixelWeights ? (pixelWeight[at % one.pixels] as number) : 1;
    const [entry, slope] = lossByDefinition(one.loss, value - (target[at] as number), one.epsilon);
    loss += weight * entry;
    return weight * slope;
  });
  return { loss, upstream };
}

/**
 * The sums of the sizes of all terms: the same pass through a network without signs, from upstream gradients that are as
 * large as those of the loss, and what they may be off, together.
 */
function termsOf(one: PixelNetworkCase, samples: readonly Sample[]): Outputs {
  if (one.pass !== "loss") return byDefinition(one, samples, AS_TERMS);
  const forward = { ...one, pass: "forward" } as const;
  const [exact, sizes] = [byDefinition(forward, samples, EXACT), byDefinition(forward, samples, AS_TERMS)];
  let loss = 0;
  const given = samples.map((sample, index) => {
    const output = exact[`output ${index}`] as Float64Array;
    const upstream = output.map((value, at) => {
      const weight = one.pixelWeights ? (sample.pixelWeight[at % one.pixels] as number) : 1;
      const goal = sample.target[at] as number;
      const size = (sizes[`output ${index}`]?.[at] as number) + Math.abs(goal);
      const [entry, slope] = lossTerms(one, Math.abs(value - goal), size);
      loss += weight * entry;
      return weight * slope;
    });
    // Terms are in float64 from here on.
    return { ...sample, upstream: upstream as unknown as Float32Array };
  });
  return { loss: Float64Array.of(loss), ...byDefinition({ ...one, pass: "backward" }, given, AS_TERMS) };
}

/** Of a loss and its slope, for a residual whose terms have this size. */
function lossTerms({ loss, epsilon }: PixelNetworkCase, residual: number, size: number): [number, number] {
  if (loss === "mse") return [size * size, 2 * size];
  if (loss === "l1") return [size, 1];
  // The slope r / sqrt(r^2 + e^2) changes by e^2 / (r^2 + e^2)^1.5 of what r does.
  const root = Math.hypot(residual, epsilon);
  return [size + epsilon, 1 + (size * (epsilon * epsilon)) / root ** 3];
}
