/** A source's rows, as planes of RGB in kernel memory. */
import { noteChoice } from "../../core/choices.js";
import { BYTES, roundUp } from "../base/memory.js";
import { mirrored, TAPS } from "./filter.js";
import type { Kernel } from "./kernel.js";
import { type Memory, SOURCE_ROWS } from "./memory.js";
import { PackedSource } from "./packed-rows.js";
import { type Scale, scalesOf, workedSize, type YCbCrCall } from "./types.js";

const NOTHING = -1;

export class SourceRows {
  /** Of the rows as they are worked on. */
  readonly width: number;
  readonly #call: YCbCrCall;
  readonly #kernel: Kernel;
  readonly #memory: Memory;
  readonly #height: number;
  readonly #scales: ReturnType<typeof scalesOf>;
  readonly #stored: readonly StoredPlane[];
  /** Which row of colours lies in each place. */
  readonly #held = new Int32Array(SOURCE_ROWS).fill(NOTHING);

  constructor(call: YCbCrCall, kernel: Kernel, memory: Memory) {
    this.#call = call;
    this.#kernel = kernel;
    this.#memory = memory;
    [this.width, this.#height] = workedSize(call);
    this.#scales = scalesOf(call.source.layout);
    const { bits, chroma } = call.source.layout;
    this.#stored = storedPlanes(call, memory);
    noteChoice("coded frames on a kernel", `${bits > 8 ? "16" : "8"} bits in`);
    noteChoice("coded frames on a kernel", `chroma ${chroma.join()} in`);
  }

  /** Leaves row y in `start.image`, planes a row apart. */
  toRgb(y: number): void {
    const { start, rowBytes, toRgb } = this.#memory;
    this.#unpack(0, this.#scales.luma, y, this.width, start.luma);
    const [blueness, redness] = ([0, 1] as const).map((colour) => this.#colours(y, colour)) as [
      number,
      number,
    ];
    const bytes = roundUp(this.width, 4) * BYTES;
    this.#kernel.toRgb(start.luma, blueness, redness, toRgb, start.image, rowBytes, bytes);
  }

  /** @returns where the colours of every pixel of row y are. */
  #colours(y: number, colour: 0 | 1): number {
    const { chroma } = this.#call.source.layout;
    const { start, rowBytes, beside, widenAcross } = this.#memory;
    const here = chroma[1] === 0 ? this.#row(y, colour) : this.#blended(y, colour);
    if (chroma[0] === 0) return here;
    const count = this.width / 2;
    this.#mirrorEnds(here, count);
    const target = start.wide + colour * rowBytes + beside;
    const [even, odd] = widenAcross.phases;
    const bytes = roundUp(count, 4) * BYTES;
    const { weights } = widenAcross;
    const [evenFirst, oddFirst] = [even.first * BYTES, odd.first * BYTES];
    this.#kernel.widen(here, target, bytes, weights, even.isSingle, evenFirst, oddFirst);
    return target;
  }

  /** The colours of pixels of row y, from the rows of colours around it. */
  #blended(y: number, colour: 0 | 1): number {
    const { start, rowBytes, beside, widenDown, pointers } = this.#memory;
    const parity = y % 2;
    const { first, isSingle } = widenDown.phases[parity] as (typeof widenDown.phases)[0];
    const rows = this.#height / 2;
    if (isSingle) return this.#row(y >> 1, colour);
    for (let tap = 0; tap < TAPS; tap++) {
      pointers[tap] = this.#row(mirrored((y >> 1) + first + tap, rows), colour);
    }
    const target = start.blended + colour * rowBytes + beside;
    const bytes = roundUp(this.#columns, 4) * BYTES;
    this.#kernel.sumRows(start.rows, widenDown.weights + parity * TAPS * BYTES, target, bytes, false);
    return target;
  }

  /** Where row c of a colour lies, unpacked. */
  #row(c: number, colour: 0 | 1): number {
    const place = c % SOURCE_ROWS;
    const { start, rowBytes, beside } = this.#memory;
    const at = (one: 0 | 1): number => start.held + (2 * place + one) * rowBytes + beside;
    if (this.#held[place] !== c) {
      this.#held[place] = c;
      this.#unpack(1, this.#scales.colour, c, this.#columns, at(0));
      this.#unpack(2, this.#scales.colour, c, this.#columns, at(1));
    }
    return at(colour);
  }

  get #columns(): number {
    return this.width / 2 ** this.#call.source.layout.chroma[0];
  }

  /** The last sample and the last row once more where a frame is worked on one pixel larger. */
  #unpack(nth: 0 | 1 | 2, { zero, span }: Scale, y: number, worked: number, target: number): void {
    const { rows, width, height } = this.#stored[nth] as StoredPlane;
    const from = rows.at(Math.min(y, height - 1));
    const length = roundUp(width, 4) * BYTES;
    const { unpack8, unpack16 } = this.#kernel;
    if (this.#call.source.layout.bits === 8) unpack8(from, target, length, 1 / span, -zero / span);
    else unpack16(from, target, length, 1 / span, -zero / span);
    const floats = this.#memory.floats;
    for (let x = width; x < worked; x++) floats[target / BYTES + x] = floats[target / BYTES + width - 1] ?? 0;
  }

  #mirrorEnds(row: number, count: number): void {
    const { floats } = this.#memory;
    const at = row / BYTES;
    for (let beside = 1; beside <= TAPS / 2; beside++) {
      floats[at - beside] = floats[at + mirrored(-beside, count)] as number;
      const behind = count - 1 + beside;
      floats[at + behind] = floats[at + mirrored(behind, count)] as number;
    }
  }
}

interface StoredPlane {
  readonly rows: PackedSource;
  readonly width: number;
  readonly height: number;
}

function storedPlanes({ source, width, height }: YCbCrCall, { bytes, packed }: Memory): StoredPlane[] {
  return source.planes.map((plane, nth) => {
    const [across, down] = nth === 0 ? [0, 0] : source.layout.chroma;
    const [columns, lines] = [Math.ceil(width / 2 ** across), Math.ceil(height / 2 ** down)];
    const rows = new PackedSource(plane, columns, bytes, packed.source[nth] as number);
    return { rows, width: columns, height: lines };
  });
}
