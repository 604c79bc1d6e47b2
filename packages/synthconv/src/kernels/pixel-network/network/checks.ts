/** What is checked about a network and the arrays of a call, once, where the call arrives. */

import { checkActivation } from "../../../core/activations.js";
import { type FloatArray, ShapeError, ValueError } from "../../../core/index.js";
import { pixelLossNames } from "./losses.js";
import {
  channelsOf,
  type LayerGradients,
  type PixelLayer,
  type PixelNetwork,
  type PixelNetworkInput,
  type PixelNetworkLoss,
} from "./types.js";

// The square of epsilon is a normal float32 number.
const MIN_EPSILON = 1e-9;
const MAX_EPSILON = 1e9;

/**
 * Checks a network and the image it is given.
 *
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation, a slope or a number of pixels that is no such number.
 */
export function checkInput(where: string, { network, image, pixels }: PixelNetworkInput): void {
  const { layers, residual } = network;
  if (layers.length === 0) {
    throw new ShapeError({ where, expected: "at least one layer", received: "none" });
  }
  layers.forEach((layer, index) => {
    checkLayer(`${where} layer ${index}`, layer, layers[index - 1]);
  });
  const { inputs, outputs } = channelsOf(network);
  if (residual && inputs !== outputs) {
    throw new ShapeError({
      where: `${where} residual`,
      expected: `as many outputs as inputs, ${inputs}`,
      received: String(outputs),
      repair: "Only a network with equal channels in and out can add its input.",
    });
  }
  if (!Number.isSafeInteger(pixels) || pixels < 0) {
    throw new ValueError({
      where: `${where} pixels`,
      expected: "a whole number of 0 or more",
      received: String(pixels),
    });
  }
  checkPlanes(`${where} image`, image, inputs, pixels);
}

function checkLayer(where: string, layer: PixelLayer, previous: PixelLayer | undefined): void {
  const { inputs, outputs, weight, bias } = layer;
  for (const [name, size] of Object.entries({ inputs, outputs })) {
    if (Number.isSafeInteger(size) && size > 0) continue;
    throw new ValueError({
      where: `${where} ${name}`,
      expected: "a whole number of 1 or more",
      received: String(size),
    });
  }
  if (previous !== undefined && previous.outputs !== inputs) {
    throw new ShapeError({
      where: `${where} inputs`,
      expected: `the outputs of the layer before it, ${previous.outputs}`,
      received: String(inputs),
    });
  }
  checkLength(`${where} weight`, weight, `${outputs} outputs x ${inputs} inputs`, outputs * inputs);
  checkLength(`${where} bias`, bias, `${outputs} outputs`, outputs);
  checkActivation(where, layer);
}

/** @throws {ValueError} for an unknown loss or an epsilon outside 1e-9 to 1e9. */
export function checkLoss(
  where: string,
  { loss, epsilon }: Pick<PixelNetworkLoss, "loss" | "epsilon">,
): void {
  if (!pixelLossNames.includes(loss)) {
    throw new ValueError({
      where: `${where} loss`,
      expected: `one of ${pixelLossNames.join(", ")}`,
      received: JSON.stringify(loss),
      repair: "For another loss, compare pixelNetwork(image, layers) with the target.",
    });
  }
  if (epsilon !== undefined && !(epsilon >= MIN_EPSILON && epsilon <= MAX_EPSILON)) {
    throw new ValueError({
      where: `${where} epsilon`,
      expected: `a number from ${MIN_EPSILON} to ${MAX_EPSILON}`,
      received: String(epsilon),
    });
  }
}

/** @throws {ShapeError} when there is not one entry of the right sizes for every layer. */
export function checkLayerGradients(
  where: string,
  { layers }: PixelNetwork,
  gradients: readonly LayerGradients[] | undefined,
): void {
  if (gradients === undefined) return;
  if (gradients.length !== layers.length) {
    throw new ShapeError({
      where: `${where} layerGradients`,
      expected: `one entry for each of the ${layers.length} layers`,
      received: String(gradients.length),
    });
  }
  gradients.forEach(({ weight, bias }, index) => {
    const { inputs, outputs } = layers[index] as PixelLayer;
    const layerWhere = `${where} layerGradients ${index}`;
    checkLength(`${layerWhere} weight`, weight, `${outputs} outputs x ${inputs} inputs`, outputs * inputs);
    checkLength(`${layerWhere} bias`, bias, `${outputs} outputs`, outputs);
  });
}

/** @throws {ShapeError} when an array that is given is not [channels, pixels]. */
export function checkPlanes(
  where: string,
  data: FloatArray | undefined,
  channels: number,
  pixels: number,
): void {
  checkLength(where, data, `${channels} channels x ${pixels} pixels`, channels * pixels);
}

function checkLength(where: string, data: FloatArray | undefined, arithmetic: string, length: number): void {
  if (data === undefined || data.length === length) return;
  throw new ShapeError({
    where,
    expected: `${arithmetic} = ${length} numbers`,
    received: String(data.length),
  });
}
