/**
 * Runs a correlation on the kernel of products, tile by tile: working memory is bounded by the tile and the
 * weights, not by the image.
 */

import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { copyLines, ProductMemory, roundUp } from "./binding.js";
import { type Correlation, type Sampling, type Sides, type Tile, tilesOf } from "./correlation.js";
import { readGrid, writeGrid } from "./grid.js";

// README.md, constants.
const TILE_NUMBERS = 1 << 16;
const TILE_OUTPUTS = 256;
const HALO_NUMBERS = 1 << 22;
const MAX_PATCH = 4096;
const MAX_TILE_SUM = 4096;

/** Planes of an image, one behind the other from `start` on. */
export interface Planes {
  readonly data: FloatArray;
  readonly start: number;
}

/** Weights of output o, channel i and tap t at `start + o * outputStep + i * channelStep + t`. */
export interface Weights {
  readonly data: FloatArray;
  readonly start: number;
  readonly outputStep: number;
  readonly channelStep: number;
}

/** What the sums of an output start from; 0 where there is none. */
export type Bias = ((output: number) => number) | undefined;

/** Tiles [from, to) of a plane: a plane is worked on a range of tiles at a time, in any order. */
export type TileRange = readonly [from: number, to: number];

/** Correlations of groups of planes, all of the same sizes, with sets of weights. */
export interface Correlator {
  /** Tiles of a plane. */
  readonly tiles: number;
  /** Writes the correlation of one group of planes, with one set of weights, plus a bias. */
  run(source: Planes, weights: Weights, bias: Bias, target: Planes, range: TileRange): void;
}

/** Gradients of sets of weights, all of the same sizes. */
export interface WeightCorrelator {
  readonly tiles: number;
  /** Adds the gradient of one set of weights; its numbers are float64. */
  run(source: Planes, upstream: Planes, gradient: Weights, range: TileRange): void;
}

interface Cut {
  readonly tiles: readonly Tile[];
  /** Channels and output channels that are in kernel memory at a time. */
  readonly channels: number;
  readonly outputs: number;
  /** Positions of the largest tile: of a plane with its halo, and of the target's rows. */
  readonly most: { readonly plane: number; readonly target: number };
}

function cut(
  pass: "direct" | "direct weight gradient",
  { planes, taps, ...rest }: Correlation,
  channels: number,
  outputs: number,
  limit: number,
): Cut {
  const [top, left] = rest.halo;
  // A tile has at least the size of its halo, which lies around it.
  const leastPlane = planes.length * (2 * top) * (2 * left);
  const mostChannels = Math.min(MAX_PATCH / taps.length, HALO_NUMBERS / leastPlane);
  const someChannels = Math.min(channels, Math.max(1, Math.floor(mostChannels)));
  const someOutputs = Math.min(outputs, TILE_OUTPUTS);
  const lines = Math.max(someChannels * planes.length, someOutputs, 1);
  const tiles = tilesOf({ planes, taps, ...rest }, Math.min(limit, Math.floor(TILE_NUMBERS / lines)));
  const most = {
    plane: Math.max(0, ...tiles.map(({ plane }) => plane)),
    target: Math.max(0, ...tiles.map(({ rows, stride }) => rows * stride)),
  };
  noteChoice(pass, channels > someChannels ? "several chunks of channels" : "all channels at once");
  noteChoice(pass, outputs > someOutputs ? "several chunks of outputs" : "all outputs at once");
  noteChoice(pass, planes.length > 1 ? "planes of a stride" : "one plane");
  noteChoice(pass, tilesTaken(tiles, rest.size));
  return { tiles, channels: someChannels, outputs: someOutputs, most };
}

function tilesTaken([first, second]: readonly Tile[], [, width]: Sides): string {
  if (second === undefined) return first === undefined ? "no tile" : "one tile";
  return (first as Tile).columns < width ? "tiles of parts of rows" : "tiles of whole rows";
}

/** It holds until another kernel is called on this thread. */
export function correlator(correlation: Correlation, channels: number, outputs: number): Correlator {
  const { planes, taps, target: sampling } = correlation;
  const parts = cut("direct", correlation, channels, outputs, TILE_NUMBERS);
  const memory = new ProductMemory({
    a: parts.outputs * parts.channels * taps.length,
    b: parts.channels * planes.length * parts.most.plane,
    c: roundUp(parts.outputs, 4) * roundUp(parts.most.target, 8),
    stage: parts.most.plane,
    aLines: parts.outputs,
    bLines: parts.channels * taps.length,
    inner: channels * taps.length,
  });
  const { floats } = memory;
  const c = memory.index("c");
  const [height, width] = sampling.image;

  // What lies in kernel memory already: one set of weights and one tile are often all there is.
  const isNewWeights = changeOf();
  const isNewPatch = changeOf();

  const run: Correlator["run"] = (source, weights, bias, target, range) => {
    for (const tile of parts.tiles.slice(...range)) {
      const cStride = roundUp(tile.length, 8);
      for (let output = 0; output < outputs; output += parts.outputs) {
        const ofOutputs = Math.min(parts.outputs, outputs - output);
        if (bias === undefined) floats.fill(0, c, c + ofOutputs * cStride);
        else {
          for (let o = 0; o < ofOutputs; o++) {
            floats.fill(bias(output + o), c + o * cStride, c + (o + 1) * cStride);
          }
        }
        memory.beginSums();
        for (let channel = 0; channel < channels; channel += parts.channels) {
          const count = Math.min(parts.channels, channels - channel);
          const inner = count * taps.length;
          if (output === 0 || channels > parts.channels) {
            readPlanes(memory, "b", correlation, tile, source, channel, count);
          }
          if (isNewPatch(tile.rows, tile.stride, count)) {
            memory.setOffsets("bTable", inner, (k) => tapOffset(correlation, tile, k));
          }
          const isNew = isNewWeights(weights.start, output, channel);
          noteChoice("direct", isNew ? "weights read" : "weights kept");
          if (isNew) {
            readWeights(memory, correlation, weights, output, ofOutputs, channel, count);
            memory.setOffsets("aTable", ofOutputs, (o) => o * inner);
          }
          const sizes = { rows: ofOutputs, columns: tile.length, inner };
          memory.addProduct({ ...sizes, aStep: 1, transposed: false, cStride });
        }
        memory.finishSums({ rows: ofOutputs, cStride });
        const start = target.start + output * height * width;
        if (isWholePlane(sampling, tile)) {
          noteChoice("direct", "writes whole planes");
          copyLines(floats, c, cStride, target.data, start, width, ofOutputs, width);
          continue;
        }
        for (let o = 0; o < ofOutputs; o++) {
          const plane = start + o * height * width;
          writeGrid(memory, sampling, tile, c + o * cStride, target.data, plane);
        }
      }
    }
  };
  return { tiles: parts.tiles.length, run };
}

/** A function that tells whether any of three numbers differs from those of the call before. */
function changeOf(): (a: number, b: number, c: number) => boolean {
  let [lastA, lastB, lastC] = [-1, -1, -1];
  return (a, b, c) => {
    if (a === lastA && b === lastB && c === lastC) return false;
    [lastA, lastB, lastC] = [a, b, c];
    return true;
  };
}

/**
 * The gradient of a set of weights is the product of the patches of an image with the gradient of the target,
 * summed over its pixels: in float32 within a tile, float64 from tile to tile. It holds until another kernel is
 * called on this thread.
 */
export function weightCorrelator(
  correlation: Correlation,
  channels: number,
  outputs: number,
): WeightCorrelator {
  const { planes, taps, target: sampling } = correlation;
  const parts = cut("direct weight gradient", correlation, channels, outputs, MAX_TILE_SUM);
  const memory = new ProductMemory({
    a: parts.channels * planes.length * parts.most.plane,
    b: parts.outputs * parts.most.target,
    c: roundUp(parts.channels * taps.length, 4) * roundUp(parts.outputs, 8),
    stage: parts.most.plane,
    aLines: parts.channels * taps.length,
    bLines: parts.outputs,
    inner: parts.most.target,
  });
  const { floats } = memory;
  const c = memory.index("c");
  const isNewPatch = changeOf();
  const run: WeightCorrelator["run"] = (source, upstream, gradient, range) => {
    for (const tile of parts.tiles.slice(...range)) {
      for (let channel = 0; channel < channels; channel += parts.channels) {
        const count = Math.min(parts.channels, channels - channel);
        readPlanes(memory, "a", correlation, tile, source, channel, count);
        if (isNewPatch(tile.rows, tile.stride, count)) {
          memory.setOffsets("aTable", count * taps.length, (k) => tapOffset(correlation, tile, k));
        }
        for (let output = 0; output < outputs; output += parts.outputs) {
          const ofOutputs = Math.min(parts.outputs, outputs - output);
          const line = tile.rows * tile.stride;
          readPlanes(
            memory,
            "b",
            { planes: [sampling], halo: [0, 0] },
            tile,
            upstream,
            output,
            ofOutputs,
            line,
          );
          memory.setOffsets("bTable", ofOutputs, (o) => o * line);
          const rows = count * taps.length;
          const cStride = roundUp(ofOutputs, 8);
          floats.fill(0, c, c + rows * cStride);
          const sizes = { rows, columns: ofOutputs, inner: tile.length };
          memory.beginSums();
          memory.addProduct({ ...sizes, aStep: 1, transposed: true, cStride });
          memory.finishSums({ rows, cStride });
          addWeights(floats, c, cStride, correlation, gradient, output, ofOutputs, channel, count);
        }
      }
    }
  };
  return { tiles: parts.tiles.length, run };
}

function readPlanes(
  memory: ProductMemory,
  region: "a" | "b",
  { planes, halo }: Pick<Correlation, "planes" | "halo">,
  tile: Tile,
  { data, start }: Planes,
  first: number,
  count: number,
  size: number = tile.plane,
): void {
  let to = memory.index(region);
  const [only] = planes;
  if (only !== undefined && planes.length === 1 && isWholePlane(only, tile) && size === tile.columns) {
    noteChoice("direct", "reads whole planes");
    copyEntries(data, start + first * size, start + (first + count) * size, memory.floats, to);
    return;
  }
  for (let channel = first; channel < first + count; channel++) {
    for (const sampling of planes) {
      const plane = start + channel * sampling.image[0] * sampling.image[1];
      const [rows, columns] = [tile.rows + halo[0], tile.columns + halo[1]];
      readGrid(memory, sampling, tile, rows, columns, data, plane, to);
      to += size;
    }
  }
}

/** True where the tile is all the pixels that there are, as in a 1x1 convolution of a small image. */
function isWholePlane({ image: [height, width], origin, step }: Sampling, tile: Tile): boolean {
  if (height !== 1 || tile.columns !== width || tile.rows !== 1 || step[0] * step[1] !== 1) return false;
  return origin[0] + tile.row === 0 && origin[1] + tile.column === 0;
}

/** Distance of entry k of a patch, channel by channel and tap by tap, from the grid position of its result. */
function tapOffset({ planes, taps }: Correlation, tile: Tile, k: number): number {
  const { plane, y, x } = taps[k % taps.length] as Correlation["taps"][number];
  const channel = Math.floor(k / taps.length);
  return (channel * planes.length + plane) * tile.plane + y * tile.stride + x;
}

function readWeights(
  memory: ProductMemory,
  { taps }: Correlation,
  { data, start, outputStep, channelStep }: Weights,
  output: number,
  outputs: number,
  channel: number,
  channels: number,
): void {
  const { floats } = memory;
  let to = memory.index("a");
  for (let o = output; o < output + outputs; o++) {
    for (let i = channel; i < channel + channels; i++) {
      const from = start + o * outputStep + i * channelStep;
      for (const { index } of taps) floats[to++] = data[from + index] as number;
    }
  }
}

/** Adds the products, one row for each channel and tap, to the weights' gradient. */
export function addWeights(
  floats: Float32Array,
  c: number,
  cStride: number,
  { taps }: Correlation,
  { data, start, outputStep, channelStep }: Weights,
  output: number,
  outputs: number,
  channel: number,
  channels: number,
): void {
  for (let o = 0; o < outputs; o++) {
    let from = c + o;
    for (let i = channel; i < channel + channels; i++) {
      const to = start + (output + o) * outputStep + i * channelStep;
      for (const { index } of taps) {
        data[to + index] = (data[to + index] as number) + (floats[from] as number);
        from += cStride;
      }
    }
  }
}
