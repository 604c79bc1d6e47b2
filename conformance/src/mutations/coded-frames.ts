/** Faults of networks on the coded frames of films. */
import { type Mutation, mutation } from "./mutation.js";

export const codedFrames: readonly Mutation[] = [
  mutation(
    "edge",
    "coded frames: beyond a side the second sample comes first",
    "const inside = place < 0 ? -1 - place :",
    "const inside = place < 0 ? -place :",
  ),
  mutation(
    "slice",
    "coded frames: a slice ends one row too early for its last colours",
    "this.endRow = Math.min(2 ** down * this.#end + (BELOW - 1) * down, this.#height);",
    "this.endRow = Math.min(2 ** down * this.#end + (BELOW - 2) * down, this.#height);",
  ),
  mutation(
    "slice",
    "coded frames: a row of colours stays where the next one belongs",
    "if (this.#held[place] !== c) {",
    "if (this.#held[place] === NOTHING) {",
  ),
  mutation(
    "slice",
    "coded frames: stored rows stay where the next ones belong",
    "if (y < this.#first || y >= this.#end) {",
    "if (this.#end === 0) {",
  ),
  mutation(
    "slice",
    "coded frames: what is at hand at a slice's end is not written",
    "if (count < this.most && !isLast) return;",
    "if (count < this.most || isLast) return;",
  ),
  mutation(
    "tail",
    "coded frames: the column beyond an odd width is what was there before",
    "this.memory.copyWithin(behind, behind - this.#again, behind)",
    "this.memory.copyWithin(behind, behind, behind)",
  ),
  mutation(
    "edge",
    "coded frames: beside a row of colours the second one comes first",
    "load<f32>(row + 4 * min(beside - 1, count - 1))",
    "load<f32>(row + 4 * min(beside, count - 1))",
  ),
  mutation(
    "edge",
    "coded frames: beside a row of pairs even places come before even ones",
    "store<f32>(even - 4 * beside, isInside ? load<f32>(odd + near) : last)",
    "store<f32>(even - 4 * beside, isInside ? load<f32>(even + near) : last)",
  ),
  mutation(
    "edge",
    "coded frames: of rows too short to be mirrored the first comes before them",
    "store<f32>(odd - 4 * beside, isInside ? load<f32>(even + near) : last)",
    "store<f32>(odd - 4 * beside, isInside ? load<f32>(even + near) : first)",
  ),
  mutation(
    "term",
    "coded frames: the pixel at a colour's own place counts whole",
    "isCopied ? f32x4.mul(e0, v128.load(even))",
    "isCopied ? v128.load(even)",
  ),
  mutation(
    "special",
    "coded frames: of 10 bits what lies above the top is not cut",
    "i32x4.min_s(high, most)",
    "high",
  ),
  mutation(
    "term",
    "coded frames: a share of the network is all of it",
    "if (call.share !== 1) interleaved.blend(start.image, start.output, rowBytes, pixels, call.share);",
    "if (call.share !== 1) interleaved.blend(start.image, start.output, rowBytes, pixels, 1);",
  ),
];
