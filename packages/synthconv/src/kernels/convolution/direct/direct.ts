/**
 * A correlation on the kernel of products, tile by tile: working memory is bounded by the tile and the weights, not by
 * the image.
 */
import { noteChoice } from "../../../core/choices.js";
import { copyLines } from "../../../core/copy.js";
import { roundUp } from "../../base/memory.js";
import { ProductMemory } from "../../product/memory.js";
import type { Correlation } from "../geometry/correlation.js";
import type { CorrelationImplementation, Correlator, Weights } from "../geometry/correlator.js";
import { changeOf, cut, isWholePlane, readPlanes, TILE_NUMBERS, tapOffset } from "./cut.js";
import { writeGrid } from "./grid.js";
import { weightCorrelator } from "./weight-gradient.js";

/** Covers all that a kernel may run. */
export const direct: CorrelationImplementation = {
  name: "direct",
  prepare: ({ correlation, channels, outputs, onKernel }) =>
    onKernel
      ? {
          correlator: () => correlator(correlation, channels, outputs),
          weightCorrelator: () => weightCorrelator(correlation, channels, outputs),
        }
      : undefined,
};

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
