/** A target's rows, from planes of RGB in kernel memory. */
import { noteChoice } from "../../core/choices.js";
import { BYTES } from "../base/memory.js";
import { mirrored, TAPS } from "./filter.js";
import type { Kernel } from "./kernel.js";
import { type Memory, TARGET_ROWS } from "./memory.js";
import { PackedTarget } from "./packed-rows.js";
import {
  type RowRange,
  type Scale,
  scalesOf,
  workedSize,
  type YCbCrCall,
  type YCbCrLayout,
} from "./types.js";

// A row of colours c is made of the rows of pixels 2c - 5 to 2c + 6.
const ABOVE = 5;
const BELOW = 6;

export class TargetRows {
  /** The rows of pixels that the range needs. */
  firstRow = 0;
  endRow = 0;
  readonly #kernel: Kernel;
  readonly #memory: Memory;
  readonly #width: number;
  readonly #height: number;
  readonly #chroma: YCbCrLayout["chroma"];
  readonly #luma: Scale;
  readonly #colour: Scale;
  /** The largest code. */
  readonly #top: number;
  readonly #packed: readonly [luma: PackedTarget, blueness: PackedTarget, redness: PackedTarget];
  readonly #pack: Kernel["pack16"];
  readonly #fromRgb: Kernel["fromRgb8"];
  #range: RowRange = { first: 0, end: 0 };
  /** The next row of colours, and the one after the last. */
  #next = 0;
  #end = 0;

  constructor(call: YCbCrCall, kernel: Kernel, memory: Memory) {
    this.#kernel = kernel;
    this.#memory = memory;
    [this.#width, this.#height] = workedSize(call);
    const { planes, layout } = call.target;
    const { bits, chroma } = layout;
    const { luma, colour } = scalesOf(layout);
    [this.#chroma, this.#luma, this.#colour, this.#top] = [chroma, luma, colour, 2 ** bits - 1];
    const packed = (nth: 0 | 1 | 2): PackedTarget => {
      const width = nth === 0 ? call.width : Math.ceil(call.width / 2 ** chroma[0]);
      return new PackedTarget(planes[nth], width, memory.bytes, memory.packed.target[nth] as number);
    };
    this.#packed = [packed(0), packed(1), packed(2)];
    this.#pack = bits === 8 ? kernel.pack8 : kernel.pack16;
    this.#fromRgb = bits === 8 ? kernel.fromRgb8 : kernel.fromRgb16;
    noteChoice("coded frames on a kernel", `${bits > 8 ? "16" : "8"} bits out`);
    noteChoice("coded frames on a kernel", `chroma ${chroma.join()} out`);
  }

  begin(range: RowRange): void {
    const [, down] = this.#chroma;
    this.#range = range;
    this.#next = range.first >> down;
    this.#end = Math.ceil(range.end / 2 ** down);
    for (const [nth, rows] of this.#packed.entries()) rows.begin(nth === 0 ? range.first : this.#next);
    this.firstRow = Math.max(range.first - ABOVE * down, 0);
    this.endRow = Math.min(2 ** down * this.#end + (BELOW - 1) * down, this.#height);
  }

  /** Takes row y from `start.output`, planes a row apart, and writes what is complete with it. */
  fromRgb(y: number): void {
    const { start, rowBytes, beside, fromRgb, narrowAcross } = this.#memory;
    const [across, down] = this.#chroma;
    const { zero, span } = this.#luma;
    const luma = this.#packed[0];
    const made = this.#made(y);
    const blueness = across === 1 ? start.apart + beside : made;
    const [redness, odd] = across === 1 ? [blueness + 2 * rowBytes, rowBytes] : [blueness + rowBytes, 0];
    const bytes = this.#width * BYTES;
    // The luma of a row beyond the range goes where the next one's will.
    const [image, top] = [start.output, this.#top];
    const { place } = luma;
    this.#fromRgb(image, rowBytes, bytes, fromRgb, place, span, zero + 0.5, top, blueness, redness, odd);
    if (y >= this.#range.first && y < this.#range.end) luma.made(y === this.#range.end - 1);
    if (across === 1) {
      const { phases, weights } = narrowAcross;
      const [ofEven, ofOdd] = phases;
      const [evenFirst, oddFirst] = [ofEven.first * BYTES, ofOdd.first * BYTES];
      const { isSingle } = ofEven;
      const count = this.#width / 2;
      this.#kernel.narrow(blueness, made, rowBytes, count, weights, isSingle, evenFirst, oddFirst);
    }
    while (
      this.#next < this.#end &&
      (down === 0 ? this.#next : Math.min(2 * this.#next + BELOW, this.#height - 1)) <= y
    ) {
      this.#writeColours(this.#next);
      this.#next++;
    }
  }

  #writeColours(c: number): void {
    const { start, rowBytes, beside, narrowDown, pointers } = this.#memory;
    const [across, down] = this.#chroma;
    let row = this.#made(c);
    if (down === 1) {
      row = start.blended + beside;
      const count = this.#width / 2 ** across;
      for (let half = 0; half < 2; half++) {
        for (let tap = 0; tap < TAPS; tap++) {
          pointers[tap] = this.#made(mirrored(2 * c - ABOVE + half * TAPS + tap, this.#height));
        }
        const weights = narrowDown + half * TAPS * BYTES;
        this.#kernel.sumRows(start.rows, weights, row, rowBytes, count, half === 1);
      }
    }
    const isLast = c === this.#end - 1;
    this.#write(this.#packed[1], row, isLast);
    this.#write(this.#packed[2], row + rowBytes, isLast);
  }

  /** Where Cb of row y is kept; Cr is a row behind, as everywhere here. */
  #made(y: number): number {
    const { start, rowBytes, beside } = this.#memory;
    return start.made + 2 * (y % TARGET_ROWS) * rowBytes + beside;
  }

  #write(packed: PackedTarget, row: number, isLast: boolean): void {
    const { zero, span } = this.#colour;
    this.#pack(row, packed.place, packed.width * BYTES, span, zero + 0.5, this.#top);
    packed.made(isLast);
  }
}
