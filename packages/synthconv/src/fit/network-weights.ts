/** The weights of a trained look's network, end to end as its generator writes them. */
import type { PixelNetwork } from "../kernels/index.js";
import type { Look } from "../look/index.js";
import { nameInFile } from "../look/layout.js";

export function flatWeights({ layers }: PixelNetwork): Float32Array {
  return Float32Array.from(layers.flatMap(({ weight, bias }) => [...weight, ...(bias ?? [])]));
}

/** The network with other weights. */
export function networkOf({ layers, residual }: PixelNetwork, weights: Float32Array): PixelNetwork {
  let at = 0;
  const take = (count: number): Float32Array => {
    at += count;
    return weights.subarray(at - count, at);
  };
  return {
    residual,
    layers: layers.map((layer) => ({
      ...layer,
      weight: take(layer.inputs * layer.outputs),
      bias: take(layer.outputs),
    })),
  };
}

/** The look with another network: without knobs and styles its generator is the bias of its head, the weights end to end. */
export function withNetwork(look: Look, network: PixelNetwork): Look {
  const parameters = new Map(look.parameters);
  parameters.set(nameInFile("head.bias"), flatWeights(network));
  return { ...look, parameters };
}
