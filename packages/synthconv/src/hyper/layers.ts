/** What is known of the library's layers where a generator writes their parameters. */
import {
  BatchNorm,
  Conv2d,
  ConvTranspose2d,
  GroupNorm,
  InstanceNorm,
  isTraining,
  LayerNorm,
  Linear,
  type Module,
  type ParameterPlace,
} from "../nn/index.js";

const NORMS: ReadonlySet<unknown> = new Set([BatchNorm, GroupNorm, InstanceNorm, LayerNorm]);

/** Layers whose operation takes one set of weights per sample, and whose forward hands them on as they are. */
const TAKE_A_SET_PER_SAMPLE: ReadonlySet<unknown> = new Set([Conv2d, ConvTranspose2d, Linear, ...NORMS]);

export function takesSetsPerSample(places: readonly ParameterPlace[]): boolean {
  return places.every(({ owner }) => TAKE_A_SET_PER_SAMPLE.has(owner.constructor));
}

/** What a normalization multiplies by: of its layers, and by its name of one axis in layers of anybody's own. */
export function isGain({ path, parameter, owner }: ParameterPlace): boolean {
  const isNorm = NORMS.has(owner.constructor);
  return (isNorm || parameter.rank <= 1) && /(^|\.)(weight|gain|scale)$/.test(path);
}

/** What a normalization adds. */
export function isOffset({ path, owner }: ParameterPlace): boolean {
  return NORMS.has(owner.constructor) && /(^|\.)bias$/.test(path);
}

/** The groups of a transposed convolution, where this is its weight. */
export function transposedGroupsOf({ parameter, owner }: ParameterPlace): number | undefined {
  return owner instanceof ConvTranspose2d && parameter === owner.weight ? owner.groups : undefined;
}

/** Whether batch statistics are measured in it, which are not those of samples that run one by one. */
export function measuresBatches(network: Module): boolean {
  if (network instanceof BatchNorm) return isTraining(network);
  return [...network.children().values()].some(measuresBatches);
}
