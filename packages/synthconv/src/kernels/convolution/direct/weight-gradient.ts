/** The gradient of weights on the kernel of products, tile by tile. */
import { roundUp } from "../../base/memory.js";
import { ProductMemory } from "../../product/memory.js";
import { addWeights } from "../geometry/add-weights.js";
import type { Correlation } from "../geometry/correlation.js";
import type { WeightCorrelator } from "../geometry/correlator.js";
import { changeOf, cut, MAX_TILE_SUM, readPlanes, tapOffset } from "./cut.js";

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
