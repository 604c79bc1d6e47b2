/** Several looks as the styles of one, so that their blends are as exact as those of styles that were trained together. */
import { ValueError } from "../core/errors.js";
import { largest } from "../core/extremes.js";
import type { PixelLayer, PixelNetwork } from "../kernels/index.js";
import { nameInFile } from "./layout.js";
import type { Look } from "./look.js";
import type { Style } from "./styles.js";

export interface NamedNetwork extends Style {
  /** Of a look as it is set. */
  readonly network: PixelNetwork;
}

/**
 * A look without knobs that has each network as a style: narrower ones get units that do nothing, shallower ones layers that
 * pass on what they read. Every style makes of colours what its network makes.
 *
 * @throws {ValueError} for networks of different activations, of which one is no relu and less deep than another, or of
 *   which some add their input and others do not.
 */
export function mergeNetworks(parts: readonly NamedNetwork[]): Look {
  const networks = parts.map(({ network }) => network);
  checkAlike(parts);
  const depth = largest(networks.map(({ layers }) => layers.length));
  const deep = networks.map((network) => deepened(network, depth));
  const channels = [3, ...Array.from({ length: depth }, (_, at) => widest(deep, at))];
  const tables = deep.map((layers) => tableOf(layers, channels));
  const [first] = networks as [PixelNetwork];
  return {
    schema: {
      condition: [],
      styles: parts.map(({ name, description }) => ({
        name,
        ...(description !== undefined && { description }),
      })),
      network: { channels, activation: activationOf(first) ?? "relu", residual: first.residual },
      generator: { kind: "free" },
      colourSpace: "srgb",
    },
    parameters: new Map([[nameInFile("table"), Float32Array.from(tables.flat())]]),
  };
}

/** Between its layers; undefined for a single one, which has none. */
function activationOf({ layers }: PixelNetwork): PixelLayer["activation"] | undefined {
  return layers.length > 1 ? layers[0]?.activation : undefined;
}

function checkAlike(parts: readonly NamedNetwork[]): void {
  const [first] = parts as readonly [NamedNetwork];
  const depth = largest(parts.map(({ network }) => network.layers.length));
  for (const { name, network } of parts) {
    const activation = activationOf(network) ?? "relu";
    const isDeepened = network.layers.length < depth;
    const wanted = isDeepened ? "relu" : (activationOf(first.network) ?? "relu");
    const isAlike = activation === wanted && network.residual === first.network.residual;
    if (isAlike) continue;
    const kindOf = (one: PixelNetwork): string =>
      `${one.layers.length} layers, ${activationOf(one) ?? "no activation"}, ${one.residual ? "added to its input" : "not added to its input"}`;
    throw new ValueError({
      where: name,
      expected: `a look whose network is built as that of ${first.name} (${kindOf(first.network)})`,
      received: kindOf(network),
      repair: "Bake both, and learn a look from each table.",
    });
  }
}

/** Layers that pass on what they read stand before the last one: what comes out of a relu goes through another one unchanged. */
function deepened({ layers }: PixelNetwork, depth: number): PixelLayer[] {
  const missing = depth - layers.length;
  if (missing === 0) return [...layers];
  const last = layers.at(-1) as PixelLayer;
  const hidden = layers.slice(0, -1);
  if (hidden.length > 0) return [...hidden, ...passing(last.inputs, missing), last];
  // Colours may lie below 0: each goes through as what it has above and what it has below.
  return [split(last.inputs), ...passing(2 * last.inputs, missing - 1), joined(last)];
}

function passing(width: number, count: number): PixelLayer[] {
  const weight = Float32Array.from({ length: width * width }, (_, at) => Number(at % (width + 1) === 0));
  return Array.from({ length: count }, () => ({
    ...{ inputs: width, outputs: width, weight, bias: undefined, activation: "relu" as const },
  }));
}

/** From x to x and -x. */
function split(inputs: number): PixelLayer {
  const weight = new Float32Array(2 * inputs * inputs);
  for (let at = 0; at < inputs; at++) {
    weight[at * inputs + at] = 1;
    weight[(inputs + at) * inputs + at] = -1;
  }
  return { inputs, outputs: 2 * inputs, weight, bias: undefined, activation: "relu" };
}

/** The layer, of what `split` makes of its input. */
function joined(layer: PixelLayer): PixelLayer {
  const { inputs, outputs } = layer;
  const weight = new Float32Array(2 * inputs * outputs);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const value = layer.weight[output * inputs + input] as number;
      weight[output * 2 * inputs + input] = value;
      weight[output * 2 * inputs + inputs + input] = -value;
    }
  }
  return { ...layer, inputs: 2 * inputs, weight };
}

function widest(networks: readonly (readonly PixelLayer[])[], at: number): number {
  return largest(networks.map((layers) => (layers[at] as PixelLayer).outputs));
}

/** In the order of `networkTensors`, units that do nothing at the end of each layer. */
function tableOf(layers: readonly PixelLayer[], channels: readonly number[]): number[] {
  return layers.flatMap(({ inputs, outputs, weight, bias }, at) => {
    const [across, down] = [channels[at] as number, channels[at + 1] as number];
    const wide = new Float32Array(across * down);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        wide[output * across + input] = weight[output * inputs + input] as number;
      }
    }
    const biases = new Float32Array(down);
    if (bias !== undefined) biases.set(bias);
    return [...wide, ...biases];
  });
}
