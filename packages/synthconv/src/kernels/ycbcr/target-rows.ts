/** A target's rows, from planes of RGB in kernel memory. */
import { noteChoice } from "../../core/choices.js";
import { BYTES, roundUp } from "../base/memory.js";
import { mirrored, TAPS } from "./filter.js";
import type { Kernel } from "./kernel.js";
import { type Memory, TARGET_ROWS } from "./memory.js";
import { PackedTarget } from "./packed-rows.js";
import { type RowRange, type Scale, scalesOf, workedSize, type YCbCrCall } from "./types.js";

// A row of colours c is made of the rows of pixels 2c - 5 to 2c + 6.
const ABOVE = 5;
const BELOW = 6;

export class TargetRows {
  /** The rows of pixels that the range needs. */
  firstRow = 0;
  endRow = 0;
  readonly #call: YCbCrCall;
  readonly #kernel: Kernel;
  readonly #memory: Memory;
  readonly #width: number;
  readonly #height: number;
  readonly #scales: ReturnType<typeof scalesOf>;
  readonly #packed: readonly PackedTarget[];
  #range: RowRange = { first: 0, end: 0 };
  /** The next row of colours, and the one after the last. */
  #next = 0;
  #end = 0;

  constructor(call: YCbCrCall, kernel: Kernel, memory: Memory) {
    this.#call = call;
    this.#kernel = kernel;
    this.#memory = memory;
    [this.#width, this.#height] = workedSize(call);
    this.#scales = scalesOf(call.target.layout);
    const { bits, chroma } = call.target.layout;
    this.#packed = call.target.planes.map((plane, nth) => {
      const width = nth === 0 ? call.width : Math.ceil(call.width / 2 ** chroma[0]);
      return new PackedTarget(plane, width, memory.bytes, memory.packed.target[nth] as number);
    });
    noteChoice("coded frames on a kernel", `${bits > 8 ? "16" : "8"} bits out`);
    noteChoice("coded frames on a kernel", `chroma ${chroma.join()} out`);
  }

  begin(range: RowRange): void {
    const [, down] = this.#call.target.layout.chroma;
    this.#range = range;
    this.#next = range.first >> down;
    this.#end = Math.ceil(range.end / 2 ** down);
    for (const [nth, rows] of this.#packed.entries()) rows.begin(nth === 0 ? range.first : this.#next);
    this.firstRow = Math.max(range.first - ABOVE * down, 0);
    this.endRow = Math.min(2 ** down * this.#end + (BELOW - 1) * down, this.#height);
  }

  /** Takes row y from `start.output`, planes a row apart, and writes what is complete with it. */
  fromRgb(y: number): void {
    const { start, rowBytes, beside, fromRgb } = this.#memory;
    const { layout } = this.#call.target;
    const [blueness, redness] = [start.wide + beside, start.wide + rowBytes + beside] as const;
    const bytes = roundUp(this.#width, 4) * BYTES;
    this.#kernel.fromRgb(start.output, rowBytes, bytes, fromRgb, start.luma, blueness, redness);
    if (y >= this.#range.first && y < this.#range.end) {
      this.#write(0, this.#scales.luma, this.#call.width, start.luma, y === this.#range.end - 1);
    }
    for (const colour of [0, 1] as const) this.#narrow(y, colour);
    const [, down] = layout.chroma;
    while (
      this.#next < this.#end &&
      (down === 0 ? this.#next : Math.min(2 * this.#next + BELOW, this.#height - 1)) <= y
    ) {
      for (const colour of [0, 1] as const) this.#writeColours(this.#next, colour);
      this.#next++;
    }
  }

  /** Keeps the colours of row y, those of a pair of pixels as one where they are. */
  #narrow(y: number, colour: 0 | 1): void {
    const { start, rowBytes, beside, narrowAcross, floats } = this.#memory;
    const wide = start.wide + colour * rowBytes + beside;
    const target = this.#made(y, colour);
    if (this.#call.target.layout.chroma[0] === 0) {
      floats.copyWithin(target / BYTES, wide / BYTES, wide / BYTES + this.#width);
      return;
    }
    const count = this.#width / 2;
    const bytes = roundUp(count, 4) * BYTES;
    const [even, odd] = [start.apart + beside, start.apart + rowBytes + beside] as const;
    this.#kernel.part(wide, even, odd, bytes);
    this.#mirrorEnds(wide, even, odd);
    const [ofEven, ofOdd] = narrowAcross.phases;
    const { weights } = narrowAcross;
    const [evenFirst, oddFirst] = [ofEven.first * BYTES, ofOdd.first * BYTES];
    this.#kernel.narrow(even, odd, target, bytes, weights, ofEven.isSingle, evenFirst, oddFirst);
  }

  #mirrorEnds(wide: number, even: number, odd: number): void {
    const { floats } = this.#memory;
    const count = this.#width / 2;
    const pixel = (x: number): number => floats[wide / BYTES + mirrored(x, this.#width)] as number;
    for (let beside = 1; beside <= TAPS / 2; beside++) {
      for (const place of [-beside, count - 1 + beside]) {
        floats[even / BYTES + place] = pixel(2 * place);
        floats[odd / BYTES + place] = pixel(2 * place + 1);
      }
    }
  }

  #writeColours(c: number, colour: 0 | 1): void {
    const { width, target } = this.#call;
    const { start, rowBytes, beside, narrowDown, pointers } = this.#memory;
    const [across, down] = target.layout.chroma;
    const stored = Math.ceil(width / 2 ** across);
    let row = this.#made(c, colour);
    if (down === 1) {
      row = start.blended + colour * rowBytes + beside;
      const bytes = roundUp(this.#width / 2 ** across, 4) * BYTES;
      for (const half of [0, 1] as const) {
        for (let tap = 0; tap < TAPS; tap++) {
          const y = mirrored(2 * c - ABOVE + half * TAPS + tap, this.#height);
          pointers[tap] = this.#made(y, colour);
        }
        this.#kernel.sumRows(start.rows, narrowDown + half * TAPS * BYTES, row, bytes, half === 1);
      }
    }
    this.#write(colour === 0 ? 1 : 2, this.#scales.colour, stored, row, c === this.#end - 1);
  }

  /** Where the colours of row y are kept. */
  #made(y: number, colour: 0 | 1): number {
    const { start, rowBytes, beside } = this.#memory;
    return start.made + (2 * (y % TARGET_ROWS) + colour) * rowBytes + beside;
  }

  #write(nth: 0 | 1 | 2, { zero, span }: Scale, width: number, row: number, isLast: boolean): void {
    const { bits } = this.#call.target.layout;
    const length = roundUp(width, 4) * BYTES;
    const packed = this.#packed[nth] as PackedTarget;
    if (bits === 8) this.#kernel.pack8(row, packed.place, length, span, zero + 0.5);
    else this.#kernel.pack16(row, packed.place, length, span, zero + 0.5, 2 ** bits - 1);
    packed.made(isLast);
  }
}
