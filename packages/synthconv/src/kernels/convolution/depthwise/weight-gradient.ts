/** The gradients of the weights between few channels and up to three outputs, tile by tile. */
import { changeOf, readPlanes, tapOffset } from "../direct/cut.js";
import type { Correlation } from "../geometry/correlation.js";
import type { WeightCorrelator } from "../geometry/correlator.js";
import { dotMemory, dots, VECTOR, vectorsOf } from "./memory.js";
import { partsOf } from "./parts.js";

/** It holds until another kernel is called on this thread. */
export function depthwiseWeightCorrelator(
  correlation: Correlation,
  channels: number,
  outputs: number,
): WeightCorrelator {
  const { planes, taps, target: sampling } = correlation;
  const { tiles, most } = partsOf("depthwise weight gradient", correlation, channels);
  const count = channels * taps.length;
  const memory = dotMemory(channels * planes.length, count, most);
  const { floats } = memory;
  const [a, b] = [memory.index("a"), memory.index("b")];
  const isNewPatch = changeOf();
  const results = { planes: [sampling], halo: [0, 0] } as const;

  const run: WeightCorrelator["run"] = (source, upstream, gradient, [first, last]) => {
    for (const tile of tiles.slice(first, last)) {
      const line = tile.rows * tile.stride;
      readPlanes(memory, "a", correlation, tile, source, 0, channels);
      // The last vector reads up to three places behind the grid; 0 times what is no number would be none.
      const end = a + channels * planes.length * tile.plane;
      floats.fill(0, end, end + VECTOR);
      if (isNewPatch(tile.plane, tile.stride, count)) {
        memory.setOffsets("aTable", count, (k) => tapOffset(correlation, tile, k));
      }
      for (let output = 0; output < outputs; output++) {
        readPlanes(memory, "b", results, tile, upstream, output, 1, line);
        floats.fill(0, b + line, b + vectorsOf(line));
        const gradientOf = dots(memory, count, tile.length);
        for (let k = 0; k < count; k++) {
          const { index } = taps[k % taps.length] as Correlation["taps"][number];
          const channel = Math.floor(k / taps.length);
          const to = gradient.start + output * gradient.outputStep + channel * gradient.channelStep + index;
          gradient.data[to] = (gradient.data[to] as number) + gradientOf(k);
        }
      }
    }
  };
  return { tiles: tiles.length, run };
}
