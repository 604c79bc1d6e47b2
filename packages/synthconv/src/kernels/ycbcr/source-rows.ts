/** A source's rows, as planes of RGB in kernel memory. */
import { noteChoice } from "../../core/choices.js";
import { BYTES } from "../base/memory.js";
import { mirrored, TAPS } from "./filter.js";
import type { Kernel } from "./kernel.js";
import { type Memory, SOURCE_ROWS } from "./memory.js";
import { PackedSource } from "./packed-rows.js";
import { type Scale, scalesOf, workedSize, type YCbCrCall, type YCbCrLayout } from "./types.js";

const NOTHING = -1;

export class SourceRows {
  /** Of the rows as they are worked on. */
  readonly width: number;
  readonly #kernel: Kernel;
  readonly #memory: Memory;
  readonly #height: number;
  /** Of colours in a row. */
  readonly #columns: number;
  readonly #chroma: YCbCrLayout["chroma"];
  readonly #luma: Scale;
  readonly #colour: Scale;
  readonly #stored: readonly StoredPlane[];
  readonly #unpack: Kernel["unpack8"];
  readonly #toRgb: Kernel["toRgb8"];
  /** Which row of colours lies in each place. */
  readonly #held = new Int32Array(SOURCE_ROWS).fill(NOTHING);

  constructor(call: YCbCrCall, kernel: Kernel, memory: Memory) {
    this.#kernel = kernel;
    this.#memory = memory;
    [this.width, this.#height] = workedSize(call);
    const { luma, colour } = scalesOf(call.source.layout);
    [this.#luma, this.#colour] = [luma, colour];
    const { bits, chroma } = call.source.layout;
    this.#chroma = chroma;
    this.#columns = this.width / 2 ** chroma[0];
    this.#stored = storedPlanes(call, this.width, memory);
    this.#unpack = bits === 8 ? kernel.unpack8 : kernel.unpack16;
    this.#toRgb = bits === 8 ? kernel.toRgb8 : kernel.toRgb16;
    noteChoice("coded frames on a kernel", `${bits > 8 ? "16" : "8"} bits in`);
    noteChoice("coded frames on a kernel", `chroma ${chroma.join()} in`);
  }

  /** Leaves row y in `start.image`, planes a row apart. */
  toRgb(y: number): void {
    const { start, rowBytes, toRgb } = this.#memory;
    const { zero, span } = this.#luma;
    const colours = this.#colours(y);
    const luma = rowOf(this.#stored[0] as StoredPlane, y);
    const bytes = this.width * BYTES;
    const redness = colours + rowBytes;
    this.#toRgb(luma, 1 / span, -zero / span, colours, redness, toRgb, start.image, rowBytes, bytes);
  }

  /** @returns where Cb of every pixel of row y is; Cr is a row behind, as everywhere below. */
  #colours(y: number): number {
    const [across, down] = this.#chroma;
    const here = down === 0 ? this.#row(y) : this.#blended(y);
    if (across === 0) return here;
    const { start, rowBytes, beside, widenAcross } = this.#memory;
    const target = start.wide + beside;
    const { phases, weights } = widenAcross;
    const [even, odd] = phases;
    const [evenFirst, oddFirst] = [even.first * BYTES, odd.first * BYTES];
    this.#kernel.widen(here, target, rowBytes, this.#columns, weights, even.isSingle, evenFirst, oddFirst);
    return target;
  }

  /** The colours of pixels of row y, from the rows of colours around it. */
  #blended(y: number): number {
    const { start, rowBytes, beside, widenDown, pointers } = this.#memory;
    const parity = y % 2;
    const { first, isSingle } = widenDown.phases[parity] as (typeof widenDown.phases)[0];
    if (isSingle) return this.#row(y >> 1);
    const rows = this.#height / 2;
    for (let tap = 0; tap < TAPS; tap++) pointers[tap] = this.#row(mirrored((y >> 1) + first + tap, rows));
    const target = start.blended + beside;
    const weights = widenDown.weights + parity * TAPS * BYTES;
    this.#kernel.sumRows(start.rows, weights, target, rowBytes, this.#columns, false);
    return target;
  }

  /** Where row c of the colours lies, unpacked. */
  #row(c: number): number {
    const place = c % SOURCE_ROWS;
    const { start, rowBytes, beside } = this.#memory;
    const at = start.held + 2 * place * rowBytes + beside;
    if (this.#held[place] !== c) {
      this.#held[place] = c;
      const { zero, span } = this.#colour;
      const bytes = this.#columns * BYTES;
      this.#unpack(rowOf(this.#stored[1] as StoredPlane, c), at, bytes, 1 / span, -zero / span);
      this.#unpack(rowOf(this.#stored[2] as StoredPlane, c), at + rowBytes, bytes, 1 / span, -zero / span);
    }
    return at;
  }
}

interface StoredPlane {
  readonly rows: PackedSource;
  readonly height: number;
}

/** The last row once more where a frame is worked on one pixel larger. */
function rowOf({ rows, height }: StoredPlane, y: number): number {
  return rows.at(Math.min(y, height - 1));
}

function storedPlanes(
  { source, width, height }: YCbCrCall,
  worked: number,
  { bytes, packed }: Memory,
): StoredPlane[] {
  return source.planes.map((plane, nth) => {
    const [across, down] = nth === 0 ? [0, 0] : source.layout.chroma;
    const columns = Math.ceil(width / 2 ** across);
    const place = packed.source[nth] as number;
    const rows = new PackedSource(plane, columns, bytes, place, worked / 2 ** across);
    return { rows, height: Math.ceil(height / 2 ** down) };
  });
}
