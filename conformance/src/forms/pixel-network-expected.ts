/** What the calls of pixel networks should give, by the definition, under the names of their outputs. */
import type { Numbers, Outputs } from "../case.js";
import type { LayerGradients, PixelNetwork } from "../library.js";
import { absolute, inFloat64, valuesOf } from "../values.js";
import {
  gradientsByDefinition,
  lossByDefinition,
  outputByDefinition,
  type Planes,
} from "./network-definition.js";
import { inFloat64Network, namedGradients, termsNetwork, zeroGradients } from "./networks.js";
import type { PixelNetworkCase } from "./pixel-network-space.js";

/** One sample of a case; numbers are those that are given, or in float64, or the sizes of them. */
export interface Sample {
  readonly network: PixelNetwork;
  readonly image: Float32Array;
  readonly target: Float32Array;
  readonly upstream: Float32Array;
  readonly pixelWeight: Float32Array;
}

export interface As {
  readonly network: (given: PixelNetwork) => PixelNetwork;
  readonly values: (given: Float32Array) => Float32Array | Float64Array;
}

export const EXACT: As = { network: inFloat64Network, values: inFloat64 };
const AS_TERMS: As = { network: termsNetwork, values: absolute };

/** What `run` should give, of the numbers or of the sizes of them. */
export function byDefinition(one: PixelNetworkCase, samples: readonly Sample[], as: As): Outputs {
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
export function termsOf(one: PixelNetworkCase, samples: readonly Sample[]): Outputs {
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

export function gradientsOf(
  one: PixelNetworkCase,
  network: PixelNetwork,
  sample: number,
  as: As,
): LayerGradients[] {
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

export function namesOf(
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
