/** The weights of a trained look's network, end to end as its generator writes them. */
import type { PixelNetwork } from "../kernels/index.js";
import { type Look, styleShares } from "../look/index.js";
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

/**
 * The look with another network. Without knobs and styles its generator is the bias of its head, the weights end to end; with
 * styles and no knobs it may be a table of them, `[styles, P]`.
 */
export function withNetwork(look: Look, network: PixelNetwork, style?: string): Look {
  const parameters = new Map(look.parameters);
  const { styles = [] } = look.schema;
  const weights = flatWeights(network);
  const table = parameters.get(TABLE);
  if (styles.length === 0 || table === undefined) parameters.set(nameInFile("head.bias"), weights);
  else {
    const own = table.slice();
    own.set(weights, weights.length * (styleShares(styles, style)[0]?.index ?? 0));
    parameters.set(TABLE, own);
  }
  return { ...look, parameters };
}

/** Whether the weights of its network, or of each of its styles, are its parameters as they are. */
export function holdsWeights({ schema, parameters }: Look): boolean {
  const { condition, styles = [] } = schema;
  return condition.length === 0 && (styles.length === 0 || parameters.has(TABLE));
}

const TABLE = nameInFile("table");
