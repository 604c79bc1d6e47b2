/** Rows of a coded frame through kernel memory: unpacked, widened, through the network, narrowed and packed. */
import { noteChoice } from "../../core/choices.js";
import { loadKernel as loadInterleaved } from "../interleaved/wasm.js";
import { prepare } from "../pixel-network/implementations.js";
import { loadKernel } from "./kernel.js";
import { prepareMemory } from "./memory.js";
import { SourceRows } from "./source-rows.js";
import { TargetRows } from "./target-rows.js";
import type { RowRange, YCbCrImplementation } from "./types.js";

/** Covers networks that run in kernel memory. */
export const wasm: YCbCrImplementation = {
  name: "wasm",
  prepare: (call) => {
    const [kernel, interleaved] = [loadKernel(), loadInterleaved()];
    const network = kernel && interleaved && prepare(call.network, [], "forward").inMemory;
    if (kernel === undefined || interleaved === undefined || network === undefined) return undefined;
    const memory = prepareMemory(call, network);
    const { start, rowBytes } = memory;
    const source = new SourceRows(call, kernel, memory);
    const target = new TargetRows(call, kernel, memory);
    const pixels = Math.ceil(source.width / 4) * 4;
    noteChoice("coded frames on a kernel", call.share === 1 ? "not blended" : "blended");
    return (range: RowRange) => {
      target.begin(range);
      for (let y = target.firstRow; y < target.endRow; y++) {
        source.toRgb(y);
        network.forward(start.image, start.output, rowBytes, source.width);
        if (call.share !== 1) interleaved.blend(start.image, start.output, rowBytes, pixels, call.share);
        target.fromRgb(y);
      }
    };
  },
};
