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
    "for (let x = width; x < worked; x++)",
    "for (let x = width + 1; x < worked; x++)",
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
    "i32x4.min_s(i32x4.trunc_sat_f32x4_s(multiplyAdd(v128.load(source), s, o)), most)",
    "i32x4.trunc_sat_f32x4_s(multiplyAdd(v128.load(source), s, o))",
  ),
  mutation(
    "term",
    "coded frames: a share of the network is all of it",
    "if (call.share !== 1) interleaved.blend(start.image, start.output, rowBytes, pixels, call.share);",
    "if (call.share !== 1) interleaved.blend(start.image, start.output, rowBytes, pixels, 1);",
  ),
];
