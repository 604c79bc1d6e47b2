/**
 * Pixel networks of any number of layers, planar float32 (AssemblyScript; README.md derives it).
 *
 * Images, targets and upstream gradients are planes, `plane` bytes apart; `bytes` is the pixels of a tile, a multiple
 * of 8, times 4. The layers are a table of records; `layers` points to the first and `last` to the last. The results
 * of all layers but the last are kept in blocks of 8 pixels: channel after channel of the first 8, then of the next.
 *
 * x is what a layer is given, h what it makes of it, y the output, d = dL/dy and e = dL/dz, z before the activation.
 */

import { lossTile } from "../../network/assembly/loss-tile";
import { addInto } from "../../../base/assembly/simd";
import { addBiasGradients, addIntoDoubles, addProducts } from "./gradient";
import { activation_none, GRADIENT, gradientOfAny } from "./activations";
import { multiply } from "./product";

export * from "../../network/assembly/losses";
export * from "./activations";

const GROUP: usize = 32;

/** A record of the table; the constants below tell TypeScript where it writes what. */
@unmanaged
class Layer {
  inputs: i32;
  outputs: i32;
  activation: i32;
  slope: f32;
  /** Blocks of 4 outputs: for every input their weights. */
  weights: usize;
  /** Blocks of 4 inputs: for every output their weights. */
  transposed: usize;
  /** 0 where the layer has none. */
  biases: usize;
  weightSums: usize;
  biasSums: usize;
  /** Where h is kept. */
  rows: usize;
}
export const LAYER_BYTES: usize = offsetof<Layer>();
export const INPUTS: usize = offsetof<Layer>("inputs");
export const OUTPUTS: usize = offsetof<Layer>("outputs");
export const ACTIVATION: usize = offsetof<Layer>("activation");
export const SLOPE: usize = offsetof<Layer>("slope");
export const WEIGHTS: usize = offsetof<Layer>("weights");
export const TRANSPOSED: usize = offsetof<Layer>("transposed");
export const BIASES: usize = offsetof<Layer>("biases");
export const WEIGHT_SUMS: usize = offsetof<Layer>("weightSums");
export const BIAS_SUMS: usize = offsetof<Layer>("biasSums");
export const ROWS: usize = offsetof<Layer>("rows");

/** All layers up to `last`, whose results go to `output`, the channels `outputStep` apart. */
function forwardTile(
  layers: usize, last: usize, image: usize, plane: usize, output: usize, outputStep: usize, bytes: usize,
): void {
  const groups = <i32>(bytes / GROUP);
  let x = image, xStep = plane, xGroup = GROUP;
  for (let at = layers; at <= last; at += LAYER_BYTES) {
    const layer = changetype<Layer>(at);
    const isLast = at == last && output != 0;
    const h = isLast ? output : layer.rows;
    const hStep = isLast ? outputStep : GROUP;
    const hGroup = isLast ? GROUP : <usize>layer.outputs * GROUP;
    multiply(
      x, xStep, xGroup, layer.inputs, groups, layer.weights, layer.biases, layer.activation, layer.slope,
      h, hStep, hGroup, layer.outputs,
    );
    x = h; xStep = hStep; xGroup = hGroup;
  }
}

/** All gradients from e of the last layer; h of the others is overwritten by their e. */
function backwardTile(
  layers: usize, last: usize, image: usize, plane: usize, upstream: usize, upstreamStep: usize, bytes: usize,
  gradients: bool, imageGradient: usize,
): void {
  const groups = <i32>(bytes / GROUP);
  let e = upstream, eStep = upstreamStep, eGroup = GROUP;
  for (let at = last; ; at -= LAYER_BYTES) {
    const layer = changetype<Layer>(at), below = changetype<Layer>(at - LAYER_BYTES);
    const isFirst = at == layers;
    const x = isFirst ? image : below.rows;
    const xStep = isFirst ? plane : GROUP;
    const xGroup = isFirst ? GROUP : <usize>layer.inputs * GROUP;
    if (gradients) {
      // Blocks of 4 rows keep both multiply-add units busy: where there are fewer outputs, the inputs are the rows.
      const byInput = layer.outputs < 4;
      addProducts(
        byInput ? x : e, byInput ? xStep : eStep, byInput ? xGroup : eGroup, byInput ? layer.inputs : layer.outputs,
        byInput ? e : x, byInput ? eStep : xStep, byInput ? eGroup : xGroup, byInput ? layer.outputs : layer.inputs,
        groups, layer.weightSums,
      );
      if (layer.biases) addBiasGradients(e, eStep, eGroup, layer.outputs, groups, layer.biasSums);
    }
    if (isFirst) {
      if (imageGradient) {
        multiply(
          e, eStep, eGroup, layer.outputs, groups, layer.transposed, 0, activation_none, 0,
          imageGradient, plane, GROUP, layer.inputs,
        );
      }
      return;
    }
    const finish = below.activation == activation_none ? activation_none : below.activation + GRADIENT;
    multiply(
      e, eStep, eGroup, layer.outputs, groups, layer.transposed, 0, finish, below.slope,
      x, xStep, xGroup, layer.inputs,
    );
    e = x; eStep = xStep; eGroup = xGroup;
  }
}

function addRows(from: usize, fromStep: usize, to: usize, toStep: usize, rows: i32, bytes: usize): void {
  for (; rows; rows--, from += fromStep, to += toStep) {
    for (let offset: usize = 0; offset < bytes; offset += 16) addInto(to + offset, v128.load(from + offset));
  }
}

/** e of the last layer from its h, rows of `bytes`, and d. */
function lastGradient(layer: Layer, d: usize, dStep: usize, e: usize, bytes: usize): void {
  const slope = f32x4.splat(layer.slope);
  let h = layer.rows;
  for (let row = layer.outputs; row; row--, h += bytes, d += dStep, e += bytes) {
    for (let offset: usize = 0; offset < bytes; offset += 16) {
      const kept = v128.load(h + offset), gradient = v128.load(d + offset);
      v128.store(e + offset, gradientOfAny(layer.activation, kept, gradient, slope));
    }
  }
}

/** Forward over all `allBytes` of a plane, one tile of at most `tileBytes` at a time. */
export function forward(
  layers: usize, last: usize, residual: bool, tileBytes: usize, image: usize, output: usize, plane: usize,
  allBytes: usize,
): void {
  const outputs = changetype<Layer>(last).outputs;
  for (let first: usize = 0; first < allBytes; first += tileBytes) {
    const bytes = min(tileBytes, allBytes - first);
    forwardTile(layers, last, image + first, plane, output + first, plane, bytes);
    if (residual) addRows(image + first, plane, output + first, plane, outputs, bytes);
  }
}

/**
 * Forward, loss, added to 4 float64 at `losses`, and, with `gradients`, the gradients of all weights; `pixelWeight`
 * is one plane or 0. `output` has room for the outputs of a tile.
 */
export function loss(
  layers: usize, last: usize, residual: bool, tileBytes: usize, image: usize, target: usize, plane: usize,
  pixels: i32, pixelWeight: usize, kind: i32, epsilonSquared: f32, gradients: bool, output: usize, losses: usize,
): void {
  const allBytes = (<usize>(pixels + 7) & ~7) << 2;
  const layer = changetype<Layer>(last);
  for (let first: usize = 0; first < allBytes; first += tileBytes) {
    const bytes = min(tileBytes, allBytes - first);
    const x = image + first;
    if (layer.activation == activation_none) {
      forwardTile(layers, last, x, plane, output, bytes, bytes);
    } else {
      forwardTile(layers, last, x, plane, layer.rows, bytes, bytes);
      memory.copy(output, layer.rows, <usize>layer.outputs * bytes);
    }
    if (residual) addRows(x, plane, output, bytes, layer.outputs, bytes);
    const pixelWeightTile = pixelWeight ? pixelWeight + first : 0;
    const pixelsLeft = pixels - <i32>(first >> 2);
    addIntoDoubles(losses, lossTile(
      kind, layer.outputs, output, bytes, target + first, plane, pixelWeightTile, pixelsLeft, epsilonSquared,
    ));
    if (!gradients) continue;
    if (layer.activation != activation_none) lastGradient(layer, output, bytes, output, bytes);
    backwardTile(layers, last, x, plane, output, bytes, bytes, true, 0);
  }
}

/**
 * All gradients from an upstream gradient; of the weights only with `gradients`, of the image only where
 * `imageGradient` is not 0. The upstream gradient of the pixels that fill up the last 8 must be 0. `scratch` has room
 * for the outputs of a tile.
 */
export function backward(
  layers: usize, last: usize, residual: bool, tileBytes: usize, image: usize, upstream: usize, plane: usize,
  allBytes: usize, gradients: bool, imageGradient: usize, scratch: usize,
): void {
  const layer = changetype<Layer>(last);
  for (let first: usize = 0; first < allBytes; first += tileBytes) {
    const bytes = min(tileBytes, allBytes - first);
    const x = image + first, d = upstream + first, ofImage = imageGradient ? imageGradient + first : 0;
    if (layer.activation == activation_none) {
      forwardTile(layers, last - LAYER_BYTES, x, plane, 0, 0, bytes);
      backwardTile(layers, last, x, plane, d, plane, bytes, gradients, ofImage);
    } else {
      forwardTile(layers, last, x, plane, layer.rows, bytes, bytes);
      lastGradient(layer, d, plane, scratch, bytes);
      backwardTile(layers, last, x, plane, scratch, bytes, bytes, gradients, ofImage);
    }
    if (residual && imageGradient) addRows(d, plane, ofImage, plane, layer.outputs, bytes);
  }
}
