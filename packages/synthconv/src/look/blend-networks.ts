/** One network whose output is the weighted sum of the outputs of several: blends of styles are exact. */
import { ShapeError } from "../core/errors.js";
import type { PixelLayer, PixelNetwork } from "../kernels/index.js";

export interface NetworkShare {
  readonly network: PixelNetwork;
  /** All shares together are 1. */
  readonly share: number;
}

/**
 * The hidden units of all networks side by side, none reading those of another, and a last layer that weighs them.
 * A network that adds its input still adds it once, because the shares make 1.
 *
 * @throws {ShapeError} when the networks differ in their layers.
 */
export function blendNetworks(shares: readonly NetworkShare[]): PixelNetwork {
  const [only] = shares as readonly [NetworkShare];
  if (shares.length === 1) return only.network;
  const depth = only.network.layers.length;
  if (shares.some(({ network }) => network.layers.length !== depth)) {
    throw new ShapeError({
      where: "blendNetworks",
      expected: `networks of ${depth} layers, as the first has`,
      received: shares.map(({ network }) => network.layers.length).join(", "),
    });
  }
  const layers = only.network.layers.map((_, at) => {
    const parts = shares.map(({ network }) => network.layers[at] as PixelLayer);
    const isLast = at === depth - 1;
    return {
      ...(parts[0] as PixelLayer),
      ...weighed(
        parts,
        shares.map(({ share }) => (isLast ? share : 1)),
        { sharesInputs: at === 0, sharesOutputs: isLast },
      ),
    };
  });
  return { ...only.network, layers };
}

/** The layers in one: blocks along the diagonal; one above the other where all read the same, side by side where all add to the same. */
function weighed(
  parts: readonly PixelLayer[],
  shares: readonly number[],
  { sharesInputs, sharesOutputs }: { sharesInputs: boolean; sharesOutputs: boolean },
): Pick<PixelLayer, "inputs" | "outputs" | "weight" | "bias"> {
  const sum = (count: (part: PixelLayer) => number): number =>
    parts.reduce((all, part) => all + count(part), 0);
  const inputs = sharesInputs ? (parts[0] as PixelLayer).inputs : sum((part) => part.inputs);
  const outputs = sharesOutputs ? (parts[0] as PixelLayer).outputs : sum((part) => part.outputs);
  const weight = new Float64Array(outputs * inputs);
  const bias = new Float64Array(outputs);
  let [row, column] = [0, 0];
  parts.forEach((part, nth) => {
    const share = shares[nth] as number;
    for (let output = 0; output < part.outputs; output++) {
      const to = row + output;
      bias[to] = (bias[to] as number) + share * (part.bias?.[output] ?? 0);
      for (let input = 0; input < part.inputs; input++) {
        const at = to * inputs + column + input;
        weight[at] = (weight[at] as number) + share * (part.weight[output * part.inputs + input] as number);
      }
    }
    if (!sharesOutputs) row += part.outputs;
    if (!sharesInputs) column += part.inputs;
  });
  return { inputs, outputs, weight: Float32Array.from(weight), bias: Float32Array.from(bias) };
}
