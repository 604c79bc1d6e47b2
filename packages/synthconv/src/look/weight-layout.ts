import type { LookSchema } from "./schema.js";

/** One tensor that the generator writes. */
export interface PlacedTensor {
  /** `layers.0.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Where it starts in the head's flat output. */
  readonly offset: number;
}

/**
 * The tensors of a pixel network in the order in which the generator's head writes them, end to end:
 * for each layer its weight `[O,I,1,1]`, then its bias `[O]`.
 */
export function weightLayout(channels: readonly number[]): PlacedTensor[] {
  const tensors: PlacedTensor[] = [];
  let offset = 0;
  for (let layer = 0; layer + 1 < channels.length; layer++) {
    const inputs = channels[layer] as number;
    const outputs = channels[layer + 1] as number;
    tensors.push({ name: `layers.${layer}.weight`, shape: [outputs, inputs, 1, 1], offset });
    offset += outputs * inputs;
    tensors.push({ name: `layers.${layer}.bias`, shape: [outputs], offset });
    offset += outputs;
  }
  return tensors;
}

/** Numbers that the head writes for these channels: 451 for `[3, 64, 3]`. */
export function generatedSize(channels: readonly number[]): number {
  let size = 0;
  for (let layer = 0; layer + 1 < channels.length; layer++) {
    size += (channels[layer + 1] as number) * ((channels[layer] as number) + 1);
  }
  return size;
}

/**
 * Names and shapes of the parameters of the generator of a look, as they stand in its file. `head` alone is left
 * when there is no condition: then its bias is the weights.
 */
export function generatorLayout({
  condition,
  generator,
  network,
}: LookSchema): Map<string, readonly number[]> {
  const layout = new Map<string, readonly number[]>();
  const outputs = generatedSize(network.channels);
  if (condition.length > 0) {
    let inputs = condition.length;
    generator.hidden.forEach((width, layer) => {
      layout.set(`generator.hidden.${layer}.weight`, [width, inputs]);
      layout.set(`generator.hidden.${layer}.bias`, [width]);
      inputs = width;
    });
    layout.set("generator.head.weight", [outputs, inputs]);
  }
  layout.set("generator.head.bias", [outputs]);
  return layout;
}
