/** What is checked about a network and the arrays of a call, once, where the call arrives. */
import { ACTIVATION } from "../../../core/activations.js";
import { isPlainObject } from "../../../core/describe-value.js";
import {
  ANY_FLOATS,
  BOOLEAN,
  check,
  checkOptions,
  FINITE,
  type Fields,
  type FloatArray,
  type Kind,
  kind,
  listOf,
  optional,
  ShapeError,
  whole,
} from "../../../core/index.js";
import { EPSILON, LOSS } from "./kinds.js";
import {
  channelsOf,
  type LayerGradients,
  type PixelLayer,
  type PixelNetwork,
  type PixelNetworkInput,
  type PixelNetworkLoss,
} from "./types.js";

const LAYER: Fields<PixelLayer> = {
  inputs: whole(1),
  outputs: whole(1),
  weight: ANY_FLOATS,
  bias: optional(ANY_FLOATS),
  activation: ACTIVATION,
  negativeSlope: optional(FINITE),
};
const LAYERS: Kind<readonly PixelLayer[]> = listOf(
  kind("a layer", isPlainObject),
  "a list of layers, { inputs, outputs, weight, bias, activation }",
);
const NETWORK: Fields<PixelNetwork> = { layers: LAYERS, residual: BOOLEAN };

/**
 * Checks what the entries of a network are, and not yet whether their sizes fit together.
 *
 * @throws {ValueError} when one is of another kind, an activation unknown, or a name not one of a network's.
 */
export function checkNetwork(where: string, network: PixelNetwork): void {
  checkOptions(where, network, NETWORK, { name: "network" });
  network.layers.forEach((layer, index) => {
    checkOptions(where, layer, LAYER, { name: `layer ${index}` });
  });
}

/**
 * Checks a network and the image it is given.
 *
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation, a slope or a number of pixels that is no such number.
 */
export function checkInput(where: string, { network, image, pixels }: PixelNetworkInput): void {
  checkNetwork(where, network);
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
  check(where, "pixels", pixels, whole(0));
  checkPlanes(`${where} image`, image, inputs, pixels);
}

/** Of a call that says itself how many pixels there are. */
const NO_PIXELS = { image: new Float32Array(0), pixels: 0 };

/**
 * Checks a network that is given colours.
 *
 * @throws {ShapeError} when sizes do not fit together, or it does not go from 3 channels to 3.
 * @throws {ValueError} for an unknown activation or slope.
 */
export function checkColourNetwork(where: string, network: PixelNetwork): void {
  checkInput(where, { network, ...NO_PIXELS });
  const { inputs, outputs } = channelsOf(network);
  if (inputs === 3 && outputs === 3) return;
  throw new ShapeError({
    where: `${where} network`,
    expected: "3 channels in and 3 out",
    received: `${inputs} and ${outputs}`,
  });
}

function checkLayer(where: string, layer: PixelLayer, previous: PixelLayer | undefined): void {
  const { inputs, outputs, weight, bias } = layer;
  if (previous !== undefined && previous.outputs !== inputs) {
    throw new ShapeError({
      where: `${where} inputs`,
      expected: `the outputs of the layer before it, ${previous.outputs}`,
      received: String(inputs),
    });
  }
  checkLength(`${where} weight`, weight, `${outputs} outputs x ${inputs} inputs`, outputs * inputs);
  checkLength(`${where} bias`, bias, `${outputs} outputs`, outputs);
}

/** @throws {ValueError} for an unknown loss or an epsilon outside 1e-9 to 1e9. */
export function checkLoss(
  where: string,
  { loss, epsilon }: Pick<PixelNetworkLoss, "loss" | "epsilon">,
): void {
  check(where, "loss", loss, LOSS);
  check(where, "epsilon", epsilon, optional(EPSILON));
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
